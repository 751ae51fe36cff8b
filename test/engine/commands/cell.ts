import type { ExecutionMode } from '../../../functions/domain/declaration.ts';
import { serve } from '../simulation/services.ts';
import type { World } from '../simulation/world.ts';
import { columns } from './columns.ts';
import { Stage } from './stage.ts';
import type { State } from './states.ts';

let world: World | undefined;
serve(() => {
  if (!world) throw new Error('There is no world.');
  return world;
});

/** What a command did in a state: a refusal, or what is otherwise than if it had not been given. */
export interface Cell {
  readonly text: string;
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** What all is like in a state when no command is given, once all has been done that needs no time. */
export async function untouched(state: State, mode: ExecutionMode): Promise<ReadonlyMap<string, string>> {
  const { stage, names } = await reach(state, mode);
  await stage.world.settle();
  return stage.picture(names);
}

/** Brings a run into a state and gives a command. `expected`: how things are without it. */
export async function cell(
  state: State,
  mode: ExecutionMode,
  command: string,
  expected: ReadonlyMap<string, string>,
): Promise<Cell> {
  const { stage, names, it, before } = await reach(state, mode);
  const { code, message = '' } = (await columns[command]?.(stage, it, before)) ?? { code: 'no such command' };
  await stage.world.settle();
  const found = [...stage.picture(names)].filter(([what, how]) => expected.get(what) !== how);
  const changed = found.map(([what, how]) => `${what} ${how}`).join('; ');
  if (code === undefined) return { text: changed || 'nothing changes' };
  if (changed !== '') throw new Error(`${command} is refused, and all the same: ${changed}`);
  return { text: `\`${code}\``, refusal: { code, message: withoutIds(message, names) } };
}

async function reach(state: State, mode: ExecutionMode) {
  const stage = new Stage(mode, state, (its) => {
    world = its;
  });
  await stage.create();
  const before = stage.newest;
  const { it, others } = await state.reach(stage);
  const names = new Map([[before, 'the earlier run'], [it, 'it'], ...Object.entries(others ?? {})]);
  return { stage, names, it, before };
}

function withoutIds(message: string, names: ReadonlyMap<string, string>): string {
  return [...names].reduce((text, [id, name]) => text.replaceAll(id, `(id of ${name})`), message);
}
