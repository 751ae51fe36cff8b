import { invalid, optionalText, refuse, text } from '../input.ts';
import { findMachine } from '../machines.ts';
import { executionSummary, type Operation } from '../operation.ts';
import { pageOf, pageSize, readPosition } from '../page.ts';

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** ListExecutions: a machine's, the newest first. */
export const listExecutions: Operation = (input, { store }) => {
  refuse(input, ['mapRunArn', 'redriveFilter']);
  const { arn: machine } = findMachine(store, text(input, 'stateMachineArn'));
  const status = optionalText(input, 'statusFilter');
  if (status !== undefined && !statuses.includes(status))
    throw invalid('statusFilter', `must be one of ${statuses.join(', ')}`);
  const size = pageSize(input);
  const after = readPosition(input, { start: Number.MAX_SAFE_INTEGER, arn: '' });
  const found = store.executions.list(machine, status, after, size + 1);
  const { rows, next } = pageOf(found, size, ({ start, arn }) => ({ start, arn }));
  return { executions: rows.map(executionSummary), ...next };
};
