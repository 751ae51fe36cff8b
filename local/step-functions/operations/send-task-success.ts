import { ServiceError } from '../../service.ts';
import { text } from '../input.ts';
import { dataLimit } from '../limits.ts';
import type { Operation } from '../operation.ts';

/** SendTaskSuccess: the result is kept when this answers. */
export const sendTaskSuccess: Operation = async (input, { executions }) => {
  const token = text(input, 'taskToken', 2048);
  await executions.answer(token, { output: readOutput(text(input, 'output')) });
  return {};
};

function readOutput(output: string): unknown {
  if (Buffer.byteLength(output) > dataLimit)
    throw new ServiceError('InvalidOutput', `Invalid Output: it is over ${dataLimit} bytes.`);
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new ServiceError('InvalidOutput', `Invalid Output: '${error instanceof Error ? error.message : error}'`);
  }
}
