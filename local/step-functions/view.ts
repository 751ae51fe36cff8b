import type { Machine, State } from './definition.ts';
import type { Execution } from './execution.ts';
import type { View } from './expression.ts';
import type { Thread } from './thread.ts';

/** What expressions see besides a state's input. */
export interface Also {
  readonly result?: unknown;
  readonly errorOutput?: object;
  readonly token?: string;
  readonly item?: { readonly index: number; readonly value: unknown };
}

/** What expressions of a thread's state see (developer guide, Transforming data with JSONata; Context object). */
export function viewOf(execution: Execution, thread: Thread, { token, item, ...also }: Also = {}): View {
  const { arn, name, start, role, machine } = execution.row;
  const map = item ?? itemAround(execution, thread);
  const context = {
    Execution: {
      Id: arn,
      Name: name,
      Input: execution.input,
      RoleArn: role,
      StartTime: new Date(start).toISOString(),
      RedriveCount: 0,
    },
    State: {
      Name: thread.state,
      EnteredTime: new Date(thread.entered).toISOString(),
      RetryCount: thread.attempt,
    },
    StateMachine: { Id: machine, Name: machine.split(':').at(-1) },
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(map ? { Map: { Item: { Index: map.index, Value: map.value } } } : {}),
  };
  return {
    states: { input: thread.input, context, ...also },
    variables: variablesOf(execution, thread),
    now: execution.outside.now(),
  };
}

/** The state in which a thread is. */
export function stateOf(execution: Execution, thread: Thread): State {
  const state = machineOf(execution, thread).States[thread.state];
  if (!state) throw new Error(`There is no state ${thread.state} in ${execution.row.name}.`);
  return state;
}

function machineOf(execution: Execution, thread: Thread): Machine {
  const parent = parentOf(execution, thread);
  if (!parent) return execution.machine;
  const { ItemProcessor, Branches } = stateOf(execution, parent);
  const machine = ItemProcessor ?? Branches?.[thread.item ?? 0];
  if (!machine) throw new Error(`The state ${parent.state} of ${execution.row.name} has no branch ${thread.item}.`);
  return machine;
}

function parentOf(execution: Execution, { parent }: Thread): Thread | undefined {
  return parent === null ? undefined : execution.thread(parent);
}

/** A thread's own variables, and those of the threads around it. */
function variablesOf(execution: Execution, thread: Thread): Readonly<Record<string, unknown>> {
  const parent = parentOf(execution, thread);
  return parent ? { ...variablesOf(execution, parent), ...thread.variables } : thread.variables;
}

/** The item of the innermost Map around a thread. */
function itemAround(execution: Execution, thread: Thread): { index: number; value: unknown } | undefined {
  const parent = parentOf(execution, thread);
  if (!parent || thread.item === null) return undefined;
  if (stateOf(execution, parent).Type !== 'Map') return itemAround(execution, parent);
  return { index: thread.item, value: execution.fans.get(parent.id)?.items[thread.item] };
}
