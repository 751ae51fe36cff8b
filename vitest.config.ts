import { defineConfig } from 'vitest/config';
import { reporting } from './vitest.report.ts';

export default defineConfig({
  test: {
    ...reporting,
    include: ['test/**/*.test.ts'],
    exclude: ['test/crash/**', 'test/clients/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
