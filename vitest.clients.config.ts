import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';
import { longestFirst } from './vitest.sequence.ts';

/** Real clients: npm, git, the AWS CLI, boto3, Chromium. */
export default defineConfig({
  test: {
    ...base,
    include: ['test/clients/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    sequence: { sequencer: longestFirst(/\/v2-tour\./, /\/(?:api-walk|npm-start|verify-aws)\./) },
  },
});
