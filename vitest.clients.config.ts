import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';

/** Real clients: npm, git, the AWS CLI, boto3, Chromium. One file after the other, for some of them build the functions anew. */
export default defineConfig({
  test: {
    ...base,
    include: ['test/clients/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
