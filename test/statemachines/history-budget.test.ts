import { afterEach, describe, expect, it } from 'vitest';
import { beginning, budget, decision, stepEvents } from '../../functions/domain/history-budget.ts';
import { type Served, serve, until } from '../local/step-functions/serving.ts';
import { pipelineRun } from './pipeline-run/machine.ts';

/** Closed is entered and left, and the execution has succeeded. */
const end = 3;

let stack: Served | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

/**
 * How many events an execution's history has that is given these answers by Decide, one after the other. A task is answered when its
 * function has ended: that is the longest way, for one that is answered before is not noted as submitted.
 */
async function historyOf(answers: readonly object[]): Promise<number> {
  const left = [...answers, { next: 'Close' }];
  const asked: (() => Promise<unknown>)[] = [];
  let answered = 0;
  const served = await serve({
    DecideFunction: ({ token }) => void asked.push(() => served.succeed(token, left.shift())),
    GitFunction: ({ token }) => void asked.push(() => served.succeed(token)),
  });
  stack = served;
  const arn = await served.run(await served.machine(pipelineRun), { run: 'p/r' }, 'one');
  await until(async () => {
    const submitted = (await served.history(arn)).filter(({ type }) => type === 'TaskSubmitted').length;
    if (submitted === asked.length) while (answered < submitted) await asked[answered++]?.();
    return (await served.describe(arn)).status !== 'RUNNING';
  });
  return (await served.history(arn)).length;
}

/** What Decide answers to have so many actions run at once. */
function step(count: number): object {
  const actions = Array.from({ length: count }, (_, index) => ({ id: `a${index}`, class: 'git', timeoutSeconds: 60 }));
  return count === 1 ? { next: 'Run', ...actions[0] } : { next: 'RunAll', actions };
}

describe('the events that a run is reckoned to spend are those that the machine spends', () => {
  it('for an execution that is closed at once', async () => {
    expect(await historyOf([])).toBe(beginning + decision + end);
  });

  it('for a Decide that is asked again', async () => {
    expect(await historyOf([{ next: 'Decide' }, { next: 'Decide' }])).toBe(beginning + 3 * decision + end);
  });

  it.each([1, 2, 3, 50])('for a step of %i', async (count) => {
    expect(await historyOf([step(count)])).toBe(beginning + decision + stepEvents(count) + decision + end);
  });

  it('for steps one after another', async () => {
    const spent = beginning + 4 * decision + stepEvents(1) + stepEvents(3) + stepEvents(1) + end;

    expect(await historyOf([step(1), step(3), step(1)])).toBe(spent);
  });
});

it('a run goes on elsewhere long before Step Functions ends its execution, which is at 25,000 events', () => {
  const widest = stepEvents(50);

  expect(budget + widest + decision + end).toBeLessThan(25_000);
});
