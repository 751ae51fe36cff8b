import { defineConfig } from 'vitest/config';
import { base } from './vitest.base.ts';

/** What takes long: crash points and random kills; `npm run nightly` tries all of them, CI a share. */
export default defineConfig({
  test: {
    ...base,
    include: ['test/crash/**/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    env: {
      SLUICE_CRASH_POINTS: process.env['SLUICE_CRASH_POINTS'] ?? 'all',
      SLUICE_CRASH_KILLS: process.env['SLUICE_CRASH_KILLS'] ?? '20',
    },
  },
});
