import { AslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../thread.ts';
import { viewOf } from '../view.ts';

const longest = 99_999_999;

/** Wait: goes on after seconds, or at a time. */
export async function beginWait(execution: Execution, thread: Thread, state: State): Promise<undefined> {
  const until = await timeOf(execution, thread, state);
  armWait(execution, execution.put({ ...(execution.thread(thread.id) ?? thread), wait: { type: 'Until', until } }));
}

/** The thread goes on when the time has come. */
export function armWait(execution: Execution, { id, wait }: Thread): void {
  if (wait.type !== 'Until') return;
  const waits = (now: Thread['wait']): boolean => now.type === 'Until' && now.until === wait.until;
  execution.arm(id, wait.until, () =>
    execution.occur(id, waits, (thread, state) => exitWith(execution, thread, state, thread.input)),
  );
}

async function timeOf(execution: Execution, thread: Thread, { Seconds, Timestamp }: State): Promise<number> {
  const view = viewOf(execution, thread);
  if (Timestamp === undefined) {
    const seconds = await evaluate(Seconds, view);
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= longest)
      return execution.outside.now() + seconds * 1000;
    throw wrong(thread, `Seconds are ${JSON.stringify(seconds)}, not a whole number from 0 to ${longest}`);
  }
  const timestamp = await evaluate(Timestamp, view);
  const time =
    typeof timestamp === 'string' && /^\d{4}-\d\d-\d\dT/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(time)) throw wrong(thread, `Timestamp is ${JSON.stringify(timestamp)}, not a time of ISO 8601`);
  return time;
}

function wrong({ state }: Thread, why: string): AslError {
  return new AslError('States.QueryEvaluationError', `The state ${state} cannot wait: its ${why}.`);
}
