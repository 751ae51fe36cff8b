import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { requestOf } from './requests.ts';
import { tryRequest } from './try.ts';
import { makeWorld, openWorld, worldLasts } from './world.ts';

/** Which requests are to be sent: from, below `to`, and no longer than so many seconds. */
export interface Task {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** What is told every so often, and at the end. */
export interface Progress {
  /** The next request. */
  readonly number: number;
  readonly wrong: readonly {
    readonly number: number;
    readonly what: readonly string[];
    /** The event, as text. */
    readonly request: string;
  }[];
  readonly report?: {
    readonly requests: number;
    readonly seconds: number;
    readonly statuses: Readonly<Record<string, number>>;
    /** Bytes of heap. */
    readonly growth: number;
    /** Milliseconds. */
    readonly slowest: number;
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const mostWrong = 20;
const tellEvery = 100;

const task = workerData as Task;
const door = await openWorld();
const { logger } = await import('../../functions/lambda/logger.ts');
let cause: string | undefined;
logger.error = (_, ...more) => {
  cause = (more as unknown as [{ error?: Error }])[0].error?.stack;
};

const begin = performance.now();
const statuses: Record<string, number> = {};
let wrong: { number: number; what: readonly string[]; request: string }[] = [];
let bad = 0;
let slowest = 0;
let heap: number | undefined;
let number = task.from;

for (; number < task.to && secondsSince() < task.seconds && bad < mostWrong; number++) {
  if (number % worldLasts === 0) await makeWorld(door);
  cause = undefined;
  const request = requestOf(task.seed, number, door.built);
  const { status, milliseconds, wrong: what } = await tryRequest(door, request);
  const kind = `${request.door} ${status}`;
  statuses[kind] = (statuses[kind] ?? 0) + 1;
  slowest = Math.max(slowest, milliseconds);
  if (what.length > 0) {
    wrong.push({ number, what: cause === undefined ? what : [...what, cause], request: textOf(request) });
    bad++;
  }
  if (number % tellEvery === 0) tell();
  if (heap === undefined && isTenth()) heap = heapNow();
}
const seconds = secondsSince();
const growth = heap === undefined ? 0 : heapNow() - heap;
tell({ requests: number - task.from, seconds, statuses, growth, slowest });
await door.close();

function tell(report?: Progress['report']): void {
  parentPort?.postMessage({ number: number + 1, wrong, ...(report ? { report } : {}) } satisfies Progress);
  wrong = [];
}

function textOf({ door: to, event }: ReturnType<typeof requestOf>): string {
  return `${to} ${JSON.stringify(event).slice(0, 8000)}`;
}

function secondsSince(): number {
  return (performance.now() - begin) / 1000;
}

function isTenth(): boolean {
  return secondsSince() > task.seconds / 10 || number - task.from > (task.to - task.from) / 10;
}

function heapNow(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
