import { optionalText, text } from '../input.ts';
import { findExecution, type Operation, seconds } from '../operation.ts';

/** StopExecution: aborts a running execution; one that has ended stays as it is. */
export const stopExecution: Operation = async (input, parts) => {
  const { arn } = findExecution(parts, text(input, 'executionArn'));
  const error = optionalText(input, 'error', 256);
  const cause = optionalText(input, 'cause', 32_768);
  const why = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  return { stopDate: seconds(await parts.executions.stop(arn, why)) };
};
