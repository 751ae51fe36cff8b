import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { exitWith } from '../exit.ts';
import type { Thread } from '../thread.ts';

/** Succeed: ends its thread, with its input or its Output. */
export function beginSucceed(execution: Execution, thread: Thread, { Output }: State): Promise<Exit> {
  return exitWith(execution, thread, { Output }, thread.input);
}
