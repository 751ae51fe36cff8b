import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Progress, Task } from './worker.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    count: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
const only = values.only === undefined ? undefined : Number(values.only);
const task: Task = {
  seed,
  from: only ?? 0,
  to: only === undefined ? Number(values.count) : only + 1,
  seconds: only === undefined ? Number(values.seconds) : 3600,
};
/** No request may take so long, nor the making of the world. */
const hangSeconds = 30;
/** What the heap may have grown by from the first tenth of the run to its end. */
const growthLimit = 32 * 1024 * 1024;

console.log(`Fuzzing with seed ${seed}, ${only === undefined ? `${values.seconds} s` : `request ${only}`}.`);
const worker = new Worker(fileURLToPath(new URL('worker.ts', import.meta.url)), { workerData: task });
let last: Progress = { number: task.from, wrong: [] };
let watch = setTimeout(hung, hangSeconds * 1000);

worker.on('message', (progress: Progress) => {
  last = progress;
  clearTimeout(watch);
  watch = setTimeout(hung, hangSeconds * 1000);
  for (const { number, what, request } of progress.wrong) {
    console.log(
      `WRONG: ${what.join('; ')}\n${request}\nAlone: --seed ${seed} --only ${number}. With all before it: --seed ${seed} --count ${number + 1}\n`,
    );
    process.exitCode = 1;
  }
  if (progress.report) tell(progress.report);
});
worker.on('error', (error) => {
  console.log(`The worker died near request ${last.number} of seed ${seed}: ${error.stack}`);
  process.exitCode = 1;
});
worker.on('exit', () => clearTimeout(watch));

function tell({ requests, seconds, statuses, growth, slowest }: NonNullable<Progress['report']>): void {
  const by = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  const grown = (growth / 1024 / 1024).toFixed(1);
  console.log(
    `Seed ${seed}: ${requests} requests in ${seconds.toFixed(1)} s, ${Math.round(requests / seconds)} a second, the slowest ${Math.round(slowest)} ms.`,
  );
  console.log(`Status: ${by.join(', ')}. The heap grew by ${grown} MB after the first tenth.`);
  if (growth <= growthLimit) return;
  console.log(`WRONG: the heap may grow by ${growthLimit / 1024 / 1024} MB.`);
  process.exitCode = 1;
}

function hung(): void {
  console.log(
    `WRONG: nothing came for ${hangSeconds} s. Of the requests ${last.number} to ${last.number + 100} one hangs: --seed ${seed} --only N finds which.`,
  );
  process.exitCode = 1;
  void worker.terminate();
}
