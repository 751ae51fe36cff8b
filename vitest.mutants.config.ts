import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';

/**
 * For mutants of the sources; `test/mutants/of-sources.ts` says which tests. Properties are tried less often, as each test is run thousands of
 * times. There is no report: one of each mutant would be written over the one that is wanted.
 */
export default defineConfig({
  test: {
    globalSetup: base.globalSetup,
    setupFiles: 'test/mutants/no-shrinking.ts',
    include: ['test/**/*.test.ts'],
    env: { SLUICE_PROPERTY_SHARE: '0.2' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
