import { ServiceError, type StackContext } from '../service.ts';
import type { MachineOptions } from './machine-options.ts';
import { readDefinition } from './read-definition.ts';
import type { MachineRow } from './store/machines.ts';
import type { Store } from './store/store.ts';

/** A state machine as it is given; `text` is its definition. */
export interface GivenMachine {
  readonly arn: string;
  readonly name: string;
  readonly role: string;
  readonly text: string;
  readonly options: MachineOptions;
}

export function machineArn({ partition, region, account }: StackContext, name: string): string {
  return `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
}

/** Keeps a machine, new or changed; one that is as it was is left alone. */
export function keepMachine(store: Store, given: GivenMachine, now: number): MachineRow {
  readDefinition(given.text);
  const before = store.machines.find(given.arn);
  if (before && isAs(store, before, given)) return before;
  return store.commit(() => {
    const same = before && store.machines.definition(before.definition) === given.text;
    const row = {
      arn: given.arn,
      name: given.name,
      role: given.role,
      definition: same ? before.definition : store.machines.addDefinition(given.text),
      created: before?.created ?? now,
      updated: now,
      options: JSON.stringify(given.options),
    };
    store.machines.put(row);
    return row;
  });
}

/** Whether a machine that is kept has all that is given. */
export function isAs(store: Store, before: MachineRow, { role, text, options }: GivenMachine): boolean {
  return (
    before.role === role &&
    before.options === JSON.stringify(options) &&
    store.machines.definition(before.definition) === text
  );
}

/** The machine of an ARN; refuses what is none. */
export function findMachine(store: Store, arn: string): MachineRow {
  if (!/^arn:[^:]+:states:[^:]+:\d+:stateMachine:[^:]+/.test(arn))
    throw new ServiceError(
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: ${arn.slice(0, 256)}'`,
    );
  const machine = store.machines.find(arn);
  if (!machine) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}
