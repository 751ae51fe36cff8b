import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service.ts';
import type { Machine } from './definition.ts';
import { dataLimit } from './limits.ts';
import { checkName } from './name.ts';
import type { ExecutionRow } from './store/executions.ts';
import { retention, type Store } from './store/store.ts';
import { newThread } from './thread.ts';

/** What an execution is started with; `input` is JSON text. */
export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name?: string | undefined;
  readonly input: string;
  /** The task that starts it, if one does. */
  readonly starter?: string;
}

export interface Started {
  readonly executionArn: string;
  /** Milliseconds. */
  readonly startDate: number;
}

/**
 * Keeps a new execution, its first event written. One of the same name and input that still runs is answered again, as `isNew:
 * false`; a name is used otherwise until 90 days after its execution's end (StartExecution, idempotency).
 */
export function keepExecution(
  store: Store,
  machineOf: (definition: number) => Machine,
  { stateMachineArn, name = randomUUID(), input, starter }: StartRequest,
  now: number,
): { readonly row: ExecutionRow; readonly isNew: boolean } {
  const machine = store.machines.find(stateMachineArn);
  if (!machine)
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
  checkName(name);
  const value = readInput(input);
  const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const before = store.executions.find(arn);
  if (before && isSame(before, input, starter)) return { row: before, isNew: false };
  if (before && !(before.stop !== null && before.stop + retention <= now))
    throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  const { definition, role } = machine;
  const place = { id: 0, parent: null, item: null, state: machineOf(definition).StartAt };
  const details = { input, inputDetails: { truncated: false }, roleArn: role };
  store.commit(() => {
    store.journal.removeHistory(arn);
    store.executions.add({
      arn,
      machine: stateMachineArn,
      name,
      role,
      definition,
      input,
      starter: starter ?? null,
      start: now,
    });
    store.journal.addEvent(arn, { id: 1, previous: 0, time: now, type: 'ExecutionStarted', details });
    store.executions.progress(arn, 1, 0);
    store.journal.putThread(arn, newThread({ ...place, input: value, event: 1 }));
  });
  const row = store.executions.find(arn);
  if (!row) throw new Error(`Execution ${arn} was not kept.`);
  return { row, isNew: true };
}

function isSame(before: ExecutionRow, input: string, starter: string | undefined): boolean {
  if (starter !== undefined && before.starter === starter) return true;
  return before.status === 'RUNNING' && before.input === input;
}

function readInput(input: string): unknown {
  if (Buffer.byteLength(input) > dataLimit) throw invalid(`it is over ${dataLimit} bytes`);
  try {
    return JSON.parse(input);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function invalid(why: string): ServiceError {
  return new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
}
