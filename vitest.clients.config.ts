import { defineConfig } from 'vitest/config';
import { reporting } from './vitest.report.ts';

/** Real clients against a running stack: AWS CLI, boto3, git, a browser. What they need `.ci/run` installs. */
export default defineConfig({
  test: { ...reporting, include: ['test/clients/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
});
