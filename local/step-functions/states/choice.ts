import { AslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../thread.ts';
import { viewOf } from '../view.ts';

/** Choice: goes where the first choice that is true leads, with that choice's Assign and Output, or to its Default. */
export async function beginChoice(execution: Execution, thread: Thread, state: State): Promise<Exit> {
  const view = viewOf(execution, thread);
  for (const [index, choice] of (state.Choices ?? []).entries()) {
    const met = await evaluate(choice.Condition, view);
    if (typeof met !== 'boolean')
      throw new AslError(
        'States.QueryEvaluationError',
        `Condition ${index} of ${thread.state} gave ${JSON.stringify(met)?.slice(0, 100)}, not true or false.`,
      );
    if (met) return exitWith(execution, thread, choice, thread.input);
  }
  const { Default, Assign, Output } = state;
  if (Default === undefined)
    throw new AslError('States.NoChoiceMatched', `No choice of ${thread.state} matched, and it has no Default.`);
  return exitWith(execution, thread, { Assign, Output, Next: Default }, thread.input);
}
