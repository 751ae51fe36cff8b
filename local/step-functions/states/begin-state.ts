import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import type { Thread } from '../thread.ts';
import { beginChoice } from './choice.ts';
import { beginFail } from './fail.ts';
import { beginMap } from './map.ts';
import { beginParallel } from './parallel.ts';
import { beginPass } from './pass.ts';
import { beginSucceed } from './succeed.ts';
import { beginTask } from './task.ts';
import { beginWait } from './wait.ts';

/** Begins a state: answers how it is left, or nothing when it waits. */
export type BeginState = (execution: Execution, thread: Thread, state: State) => Promise<Exit | undefined>;

const types: Readonly<Record<State['Type'], BeginState>> = {
  Task: beginTask,
  Pass: beginPass,
  Choice: beginChoice,
  Wait: beginWait,
  Map: beginMap,
  Parallel: beginParallel,
  Succeed: beginSucceed,
  Fail: beginFail,
};

export const beginState: BeginState = (execution, thread, state) => types[state.Type](execution, thread, state);
