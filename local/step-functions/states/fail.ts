import { AslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution } from '../execution.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../thread.ts';
import { viewOf } from '../view.ts';

/** Fail: ends its thread with an error. */
export async function beginFail(
  execution: Execution,
  thread: Thread,
  { Error: name = '', Cause = '' }: State,
): Promise<never> {
  const view = viewOf(execution, thread);
  const [error, cause] = [await evaluate(name, view), await evaluate(Cause, view)];
  if (typeof error === 'string' && typeof cause === 'string') throw new AslError(error, cause);
  throw new AslError('States.QueryEvaluationError', `Error and Cause of ${thread.state} must be strings.`);
}
