import { join } from 'node:path';
import type { ObservedCall } from '../local/gateway/options.ts';
import { startTestStack } from '../test/end-to-end/stack.ts';
import { buildWithNoOp } from '../test/no-op/build.ts';
import { benchBundles } from './bundles.ts';
import { watchEnds } from './ends.ts';
import { benchListings } from './listings.ts';
import { benchManyRuns } from './many-runs.ts';
import { report } from './measure.ts';
import { benchOverhead } from './overhead.ts';
import { benchPrice } from './price.ts';
import { benchSevenDays } from './seven-days.ts';

/** Calls that were made, by `service.operation by caller`. */
const calls = new Map<string, number>();

function observe({ service, operation, caller, phase }: ObservedCall): void {
  if (phase === 'after') return;
  const session = caller.arn.split('/').at(-1) ?? '';
  const by = caller.arn.includes(':assumed-role/')
    ? (/-([A-Za-z0-9]+)Function-/.exec(session)?.[1] ?? 'role')
    : 'client';
  const name = `${service}.${operation} by ${by}`;
  calls.set(name, (calls.get(name) ?? 0) + 1);
}

const parts = process.argv.slice(2);
const wants = (part: string) => parts.length === 0 || parts.includes(part);
const functions = await buildWithNoOp();
const begin = performance.now();
const started = await startTestStack({ functions, observe });
report(
  'a stack starts',
  `${(performance.now() - begin).toFixed(0)} ms`,
  '≤ 3000 ms',
  performance.now() - begin <= 3000,
);
const ends = await watchEnds(started);
const test = { ...started, ends };
try {
  if (wants('overhead')) await benchOverhead(test, calls);
  if (wants('price')) await benchPrice(test, calls);
  if (wants('runs')) await benchManyRuns(test);
  if (wants('listings')) await benchListings(test);
} finally {
  ends.close();
  await test.close();
}
if (wants('bundles')) benchBundles(join(import.meta.dirname, '..', 'dist'));
if (wants('seven-days')) await benchSevenDays();
