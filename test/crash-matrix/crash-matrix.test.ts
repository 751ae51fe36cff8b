import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** SLUICE_SEED: which share of the matrix is tried, and in which order things happen; the date's by default. */
const seed = process.env['SLUICE_SEED'] ?? String(Math.floor(Date.now() / 86_400_000));

const program = join(import.meta.dirname, 'crash-matrix.ts');

it('keeps the promises in a share of the crash matrix, and in each reference run', { timeout: 300_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--workers', '1', '--seed', seed, '--every', '1801', '--first', String(Number(seed) % 1801)],
    { maxBuffer: 64 * 1024 * 1024 },
  ).catch((failed: { stdout?: string; message: string }) => ({ stdout: failed.stdout || failed.message }));

  console.log(stdout.trimEnd());
  expect(stdout).toMatch(/violations: 0\n$/);
});
