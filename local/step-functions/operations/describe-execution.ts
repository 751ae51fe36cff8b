import { text } from '../input.ts';
import { executionSummary, findExecution, type Operation } from '../operation.ts';

/** DescribeExecution. */
export const describeExecution: Operation = (input, parts) => {
  const row = findExecution(parts, text(input, 'executionArn'));
  const { output, error, cause } = row;
  return {
    ...executionSummary(row),
    input: row.input,
    inputDetails: { included: true },
    ...(output === null ? {} : { output, outputDetails: { included: true } }),
    ...(error === null ? {} : { error }),
    ...(cause === null ? {} : { cause }),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'The local stack does not redrive executions.',
  };
};
