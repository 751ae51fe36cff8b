import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const every = 1801;
/** SLUICE_SEED: which share of the matrix is tried; another each day by default. */
const share = Number(process.env['SLUICE_SEED'] ?? Math.floor(Date.now() / 86_400_000)) % every;

const program = join(import.meta.dirname, 'crash-matrix.ts');

it('keeps the promises in a share of the crash matrix, and in each reference run', { timeout: 300_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--workers', '1', '--every', String(every), '--first', String(share)],
    { maxBuffer: 64 * 1024 * 1024 },
  ).catch((failed: { stdout?: string; message: string }) => ({ stdout: failed.stdout || failed.message }));

  console.log(`Share ${share} of ${every}.\n${stdout.trimEnd()}`);
  expect(stdout).toMatch(/violations: 0\n$/);
});
