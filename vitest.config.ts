import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';
import { longestFirst } from './vitest.sequence.ts';

export default defineConfig({
  test: {
    ...base,
    include: ['test/**/*.test.ts'],
    exclude: ['test/crash/**', 'test/clients/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: longestFirst(/\/end-to-end\/|\.browser\.|\/crash-matrix\/|\/walks\./) },
  },
});
