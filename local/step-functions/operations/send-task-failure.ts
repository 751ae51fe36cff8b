import { optionalText, text } from '../input.ts';
import type { Operation } from '../operation.ts';

/** SendTaskFailure: the failure is kept when this answers. */
export const sendTaskFailure: Operation = async (input, { executions }) => {
  const token = text(input, 'taskToken', 2048);
  const error = optionalText(input, 'error', 256) ?? '';
  const cause = optionalText(input, 'cause', 32_768) ?? '';
  await executions.answer(token, { error, cause });
  return {};
};
