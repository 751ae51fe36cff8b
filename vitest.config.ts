import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';

export default defineConfig({
  test: {
    ...base,
    include: ['test/**/*.test.ts'],
    exclude: ['test/crash/**', 'test/clients/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
