import { AslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../thread.ts';
import { viewOf } from '../view.ts';
import { beginChildren } from './children.ts';

/** Inline Maps run this many items at once (Step Functions quotas). */
const most = 40;

/** Map, inline: runs its processor for each item, MaxConcurrency at once; 0 is as many as may be. */
export async function beginMap(execution: Execution, thread: Thread, state: State): Promise<Exit | undefined> {
  const view = viewOf(execution, thread);
  const items = state.Items === undefined ? thread.input : await evaluate(state.Items, view);
  if (!Array.isArray(items))
    throw new AslError('States.QueryEvaluationError', `The Items of ${thread.state} are not an array.`);
  const given = await evaluate(state.MaxConcurrency ?? 0, view);
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0) {
    const found = JSON.stringify(given);
    throw new AslError(
      'States.QueryEvaluationError',
      `MaxConcurrency of ${thread.state} is ${found}, not a whole number.`,
    );
  }
  return beginChildren(execution, thread, state, items, Math.min(most, given === 0 ? most : given));
}
