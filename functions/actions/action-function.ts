import type { ActionKey } from '../domain/action.ts';
import { executionNumber } from '../domain/run.ts';
import { task } from '../lambda/task.ts';
import { cancelAction, lookAgain, type Providers, runAction } from './run-action.ts';

/** What an action function is invoked with: by the state machine to run, by sweeper and stream to look again or to cancel. */
export type ActionInput =
  | {
      readonly id: ActionKey;
      /** The execution's name. */
      readonly execution: string;
      readonly entry: number;
      readonly invocation: number;
      readonly token: string;
    }
  | { readonly lookAgain: ActionKey }
  | { readonly cancel: ActionKey };

/** The function that carries out the actions of some providers. `keyOf`: the action that a completion event of theirs concerns. */
export function actionFunction(
  name: string,
  providers: Providers,
  keyOf: (event: object) => ActionKey | undefined = () => undefined,
) {
  return task(name, subject, async (input: ActionInput, given) => {
    if ('token' in input) {
      const { execution } = executionNumber(input.execution);
      const order = { execution, entry: input.entry, invocation: input.invocation };
      return runAction(input.id, { value: input.token, order }, providers, given);
    }
    if ('cancel' in input) return cancelAction(input.cancel, providers, given);
    const key = 'lookAgain' in input ? input.lookAgain : keyOf(input);
    if (key !== undefined) await lookAgain(key, providers, given);
  });
}

function subject(input: ActionInput): Record<string, unknown> {
  if ('token' in input) return { action: input.id, entry: input.entry, invocation: input.invocation };
  if ('cancel' in input) return { cancel: input.cancel };
  return 'lookAgain' in input ? { lookAgain: input.lookAgain } : {};
}
