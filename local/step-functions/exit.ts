import type { Catcher, State, Template } from './definition.ts';
import { type Exit, limited } from './execution.ts';
import { evaluate, type View } from './expression.ts';
import type { Thread } from './store.ts';

/** A state's result, by its Assign and Output. */
export async function exitWith(
  thread: Thread,
  from: Pick<State | Catcher, 'Assign' | 'Output' | 'Next'>,
  view: View,
  otherwise: unknown,
): Promise<Exit> {
  const output = from.Output === undefined ? otherwise : await evaluate(from.Output, view);
  const variables = from.Assign ? ((await evaluate(from.Assign as Template, view)) as Record<string, unknown>) : {};
  return { output: limited(output, `output of ${thread.state}`), next: from.Next, variables };
}
