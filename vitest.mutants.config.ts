import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';

/** For mutants of the sources; `test/mutants/of-sources.ts` says which tests. A report of each would be written over the one that is wanted. */
export default defineConfig({
  test: { globalSetup: base.globalSetup, include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
