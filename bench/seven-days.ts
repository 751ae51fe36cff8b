import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { report } from './measure.ts';

const target = 100;

/** Measures a run whose approval times out after seven days, in the world of the crash matrix: the fastest of twenty. */
export async function benchSevenDays(): Promise<void> {
  const program = join(import.meta.dirname, '..', 'test', 'crash-matrix', 'seven-days.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program], { maxBuffer: 16 * 1024 * 1024 });
  const { milliseconds } = JSON.parse(stdout) as { milliseconds: number };
  report(
    'a seven-day approval in simulation',
    `${milliseconds.toFixed(0)} ms`,
    `≤ ${target} ms`,
    milliseconds <= target,
  );
}
