import { defineConfig } from 'vitest/config';
import { reporting } from './vitest.report.ts';

/** What takes long: crash points and random kills; `npm run nightly` tries all of them, CI a share. */
export default defineConfig({
  test: {
    ...reporting,
    include: ['test/crash/**/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    env: {
      SLUICE_CRASH_POINTS: process.env['SLUICE_CRASH_POINTS'] ?? 'all',
      SLUICE_CRASH_KILLS: process.env['SLUICE_CRASH_KILLS'] ?? '20',
    },
  },
});
