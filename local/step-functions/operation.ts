import { ServiceError, type StackContext } from '../service.ts';
import type { Executions } from './executions.ts';
import type { Input } from './input.ts';
import type { ExecutionRow } from './store/executions.ts';
import type { Store } from './store/store.ts';

/** What operations work on. */
export interface Parts {
  readonly context: StackContext;
  readonly store: Store;
  readonly executions: Executions;
}

/** An operation of Step Functions: its input's members as a client sent them, its answer as JSON has it. */
export type Operation = (input: Input, parts: Parts) => object | Promise<object>;

/** Step Functions tells times in seconds. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;

/** The execution of an ARN; refuses what is none. */
export function findExecution({ store }: Parts, arn: string): ExecutionRow {
  if (!/^arn:[^:]+:states:[^:]+:\d+:execution:[^:]+:/.test(arn))
    throw new ServiceError(
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: ${arn.slice(0, 256)}'`,
    );
  const row = store.executions.find(arn);
  if (!row) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return row;
}

/** What DescribeExecution and ListExecutions both tell. */
export function executionSummary({ arn, machine, name, status, start, stop }: ExecutionRow): object {
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status,
    startDate: seconds(start),
    ...(stop === null ? {} : { stopDate: seconds(stop) }),
    redriveCount: 0,
  };
}
