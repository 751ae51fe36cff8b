import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { exitWith } from '../exit.ts';
import type { Thread } from '../thread.ts';

/** Pass: hands its input on, or its Output. */
export function beginPass(execution: Execution, thread: Thread, state: State): Promise<Exit> {
  return exitWith(execution, thread, state, thread.input);
}
