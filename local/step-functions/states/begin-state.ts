import { AslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../store.ts';
import { beginChildren } from './children.ts';
import { beginTask } from './task.ts';
import { beginWait } from './wait.ts';

/** Begins a state: answers how it is left, or nothing when it waits. */
export async function beginState(execution: Execution, thread: Thread, state: State): Promise<Exit | undefined> {
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return exitWith(thread, state, execution.view(thread), thread.input);
    case 'Choice':
      return choose(execution, thread, state);
    case 'Fail':
      throw await failure(execution, thread, state);
    case 'Wait':
      return beginWait(execution, thread, state);
    case 'Task':
      return beginTask(execution, thread, state);
    case 'Map':
    case 'Parallel':
      return beginChildren(execution, thread, state);
  }
}

async function choose(execution: Execution, thread: Thread, state: State): Promise<Exit> {
  const view = execution.view(thread);
  for (const choice of state.Choices ?? []) {
    if ((await evaluate(choice.Condition, view)) === true) return exitWith(thread, choice, view, thread.input);
  }
  if (state.Default === undefined)
    throw new AslError('States.NoChoiceMatched', `No choice of ${thread.state} matched.`);
  return exitWith(thread, { ...state, Next: state.Default }, view, thread.input);
}

async function failure(execution: Execution, thread: Thread, state: State): Promise<AslError> {
  const view = execution.view(thread);
  return new AslError(String(await evaluate(state.Error ?? '', view)), String(await evaluate(state.Cause ?? '', view)));
}
