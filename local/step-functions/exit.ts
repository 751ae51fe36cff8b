import type { State, Template } from './definition.ts';
import type { Execution, Exit } from './execution.ts';
import { evaluate } from './expression.ts';
import { jsonWithin } from './limits.ts';
import type { Thread } from './thread.ts';
import { type Also, viewOf } from './view.ts';

/** What a state, a choice or a catcher says of how the state is left. */
export interface WayOut {
  readonly Assign?: State['Assign'] | undefined;
  readonly Output?: Template;
  readonly Next?: string | undefined;
}

/** How a state is left: by its Assign and Output, both evaluated with what was before; or as `otherwise` says. */
export async function exitWith(
  execution: Execution,
  thread: Thread,
  { Assign, Output, Next }: WayOut,
  otherwise: unknown,
  also: Also = {},
): Promise<Exit> {
  const view = viewOf(execution, thread, also);
  const output = Output === undefined ? otherwise : await evaluate(Output, view);
  jsonWithin(output, `output of ${thread.state}`);
  if (Assign === undefined) return { output, next: Next };
  const variables = (await evaluate(Assign, view)) as Readonly<Record<string, unknown>>;
  jsonWithin(variables, `variables assigned by ${thread.state}`);
  return { output, next: Next, variables };
}
