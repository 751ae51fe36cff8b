import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { evaluate } from '../expression.ts';
import { jsonWithin } from '../limits.ts';
import type { Thread } from '../thread.ts';
import { viewOf } from '../view.ts';
import { beginChildren } from './children.ts';

/** Parallel: runs its branches at once, each with the same input. */
export async function beginParallel(execution: Execution, thread: Thread, state: State): Promise<Exit | undefined> {
  const { Arguments, Branches = [] } = state;
  const input = Arguments === undefined ? thread.input : await evaluate(Arguments, viewOf(execution, thread));
  jsonWithin(input, `arguments of ${thread.state}`);
  const inputs = Branches.map(() => input);
  return beginChildren(execution, thread, state, inputs, inputs.length);
}
