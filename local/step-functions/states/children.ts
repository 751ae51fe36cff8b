import { type AslError, AslError as Failure } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution, Exit } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../store.ts';

/** Inline Maps run this many items at once (Step Functions quotas). */
const most = 40;

/** Begins a Map or Parallel: a thread for each item or branch, as many at once as may be. */
export async function beginChildren(execution: Execution, thread: Thread, state: State): Promise<Exit | undefined> {
  const view = execution.view(thread);
  const items =
    state.Type === 'Map' ? await itemsOf(execution, thread, state) : (state.Branches ?? []).map(() => thread.input);
  if (state.Type === 'Parallel' && state.Arguments !== undefined) items.fill(await evaluate(state.Arguments, view));
  const declared = Number(await evaluate(state.MaxConcurrency ?? 0, view));
  const limit = state.Type === 'Parallel' ? items.length : Math.min(most, declared > 0 ? declared : most);
  execution.event(thread, `${state.Type}StateStarted`, state.Type === 'Map' ? { length: items.length } : {});
  if (items.length === 0) return succeeded(execution, thread.id, state, []);
  const now = execution.thread(thread.id) ?? thread;
  execution.put({ ...now, wait: { type: 'Children', results: items.map(() => null), next: 0, items, limit } });
  await startChildren(execution, thread.id);
  return undefined;
}

/** An item is done: the next begins, or all are done. */
export async function childDone(execution: Execution, child: Thread, output: unknown): Promise<void> {
  const parent = execution.thread(child.parent ?? 0);
  if (parent?.wait.type !== 'Children') return;
  const state = execution.stateOf(parent);
  if (state.Type === 'Map') execution.event(child, 'MapIterationSucceeded', { name: parent.state, index: child.item });
  const event = execution.thread(child.id)?.event ?? child.event;
  execution.remove(child.id);
  const results = parent.wait.results.map((result, item) => (item === child.item ? ([output] as const) : result));
  execution.put({ ...parent, event, wait: { ...parent.wait, results } });
  if (results.some((result) => result === null)) return startChildren(execution, parent.id);
  const exit = await succeeded(
    execution,
    parent.id,
    state,
    results.map((result) => result?.[0]),
  );
  await execution.flow.leave(execution, parent.id, exit);
}

/** An item has failed, and with it the Map or Parallel: its other threads end. */
export async function childFailed(execution: Execution, child: Thread, error: AslError): Promise<void> {
  const parent = execution.thread(child.parent ?? 0);
  if (!parent) return;
  const { Type } = execution.stateOf(parent);
  if (Type === 'Map') execution.event(child, 'MapIterationFailed', { name: parent.state, index: child.item });
  execution.removeChildren(parent.id);
  execution.event(parent, `${Type}StateFailed`);
  await execution.flow.fail(execution, parent.id, error);
}

async function itemsOf(execution: Execution, thread: Thread, state: State): Promise<unknown[]> {
  const items = state.Items === undefined ? thread.input : await evaluate(state.Items, execution.view(thread));
  if (!Array.isArray(items))
    throw new Failure('States.QueryEvaluationError', `The Items of ${thread.state} are not an array.`);
  if (state.ItemSelector === undefined) return items;
  return Promise.all(
    items.map((value, index) => evaluate(state.ItemSelector, execution.view(thread, { item: { index, value } }))),
  );
}

async function startChildren(execution: Execution, id: number): Promise<void> {
  for (;;) {
    const parent = execution.thread(id);
    if (parent?.wait.type !== 'Children') return;
    const { wait } = parent;
    const running = [...execution.threads.values()].filter((thread) => thread.parent === id).length;
    if (wait.next >= wait.items.length || running >= wait.limit) return;
    execution.put({ ...parent, wait: { ...wait, next: wait.next + 1 } });
    await startChild(execution, parent, wait.next, wait.items[wait.next]);
  }
}

async function startChild(execution: Execution, parent: Thread, item: number, value: unknown): Promise<void> {
  const state = execution.stateOf(parent);
  const machine = state.ItemProcessor ?? state.Branches?.[item];
  if (!machine) throw new Error(`${parent.state} has no branch ${item}.`);
  const id = Math.max(...execution.threads.keys()) + 1;
  const blank = {
    id,
    parent: parent.id,
    item,
    value,
    state: machine.StartAt,
    input: value,
    variables: {},
    entered: 0,
    retries: [],
    wait: { type: 'None' as const },
    event: parent.event,
  };
  const child = execution.put(blank);
  if (state.Type === 'Map') execution.event(child, 'MapIterationStarted', { name: parent.state, index: item });
  await execution.flow.enter(execution, execution.thread(id) ?? child, machine.StartAt, value);
}

async function succeeded(execution: Execution, id: number, state: State, results: readonly unknown[]): Promise<Exit> {
  const thread = execution.thread(id);
  if (!thread) throw new Error(`Thread ${id} is gone.`);
  execution.event(thread, `${state.Type}StateSucceeded`);
  const now = execution.thread(id) ?? thread;
  return exitWith(now, state, execution.view(now, { result: results }), results);
}
