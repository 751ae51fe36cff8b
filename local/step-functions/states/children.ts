import type { AslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution, Exit, Work } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import { jsonWithin } from '../limits.ts';
import { newThread, type Thread } from '../thread.ts';
import { viewOf } from '../view.ts';

/** Begins a thread for each item or branch, at most `limit` at once. */
export async function beginChildren(
  execution: Execution,
  { id }: Thread,
  state: State,
  items: readonly unknown[],
  limit: number,
): Promise<Exit | undefined> {
  execution.event(id, `${state.Type}StateStarted`, state.Type === 'Map' ? { length: items.length } : {});
  const thread = execution.thread(id);
  if (!thread) return undefined;
  if (items.length === 0) return allDone(execution, thread, state, []);
  execution.fanOut(id, items);
  await startChildren(execution, execution.put({ ...thread, wait: { type: 'Children', limit } }), state);
  return undefined;
}

/** In the thread around one that has ended: the next item begins, or all are done and the state is left. */
export function childDone(execution: Execution, child: Thread, output: unknown): Work {
  return async (parent, state) => {
    const fan = execution.fans.get(parent.id);
    if (!fan || child.item === null) return undefined;
    if (state.Type === 'Map')
      execution.event(child.id, 'MapIterationSucceeded', { name: parent.state, index: child.item });
    const event = execution.thread(child.id)?.event ?? child.event;
    execution.remove(child.id);
    execution.finishItem(parent.id, fan, child.item, output);
    if (fan.isDone) return allDone(execution, execution.put({ ...parent, event }), state, fan.results);
    await startChildren(execution, parent, state);
    return undefined;
  };
}

/** In the thread around one that has failed: the Map or Parallel fails with it, and its other threads end. */
export function childFailed(execution: Execution, child: Thread, error: AslError): Work {
  return (parent, { Type }) => {
    if (Type === 'Map') execution.event(child.id, 'MapIterationFailed', { name: parent.state, index: child.item });
    const event = execution.thread(child.id)?.event ?? child.event;
    execution.put({ ...parent, event });
    execution.event(parent.id, `${Type}StateFailed`, Type === 'Map' ? { error: error.error, cause: error.cause } : {});
    throw error;
  };
}

async function startChildren(execution: Execution, parent: Thread, state: State): Promise<void> {
  const fan = execution.fans.get(parent.id);
  const limit = parent.wait.type === 'Children' ? parent.wait.limit : 0;
  for (let item = fan?.take(limit); fan && item !== undefined; item = fan.take(limit))
    await startChild(execution, parent, state, item, fan.items[item]);
}

async function startChild(
  execution: Execution,
  parent: Thread,
  state: State,
  item: number,
  value: unknown,
): Promise<void> {
  const machine = state.ItemProcessor ?? state.Branches?.[item];
  if (!machine) throw new Error(`${parent.state} has no branch ${item}.`);
  let input = value;
  if (state.ItemSelector !== undefined) {
    input = await evaluate(state.ItemSelector, viewOf(execution, parent, { item: { index: item, value } }));
    jsonWithin(input, `item ${item} of ${parent.state}`);
  }
  const { id, event } = parent;
  const place = { id: execution.newThreadId(), parent: id, item, state: machine.StartAt };
  const child = execution.put(newThread({ ...place, input, event }));
  if (state.Type === 'Map') execution.event(child.id, 'MapIterationStarted', { name: parent.state, index: item });
}

function allDone(execution: Execution, { id }: Thread, state: State, results: readonly unknown[]): Promise<Exit> {
  execution.event(id, `${state.Type}StateSucceeded`);
  const thread = execution.thread(id);
  if (!thread) throw new Error(`Thread ${id} of ${execution.row.name} is gone.`);
  return exitWith(execution, thread, state, results, { result: results });
}
