import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';

/**
 * For mutants of the sources; `test/mutants/of-sources.ts` says which tests. Properties are tried less often, as each test is run thousands of
 * times; those of the domain, which keep nothing, in one world for all files (`SLUICE_MUTANTS_ISOLATE=no`), a third of the time. There is no
 * report: one of each mutant would be written over the one that is wanted.
 */
export default defineConfig({
  test: {
    globalSetup: base.globalSetup,
    setupFiles: 'test/mutants/no-shrinking.ts',
    include: process.env['SLUICE_MUTANTS_TESTS']?.split(','),
    exclude: ['**/*.browser.test.ts'],
    isolate: process.env['SLUICE_MUTANTS_ISOLATE'] !== 'no',
    env: { SLUICE_PROPERTY_SHARE: '0.2' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
