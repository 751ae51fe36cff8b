import { text } from '../input.ts';
import type { Operation } from '../operation.ts';

/** SendTaskHeartbeat: HeartbeatSeconds begin anew. */
export const sendTaskHeartbeat: Operation = async (input, { executions }) => {
  await executions.beat(text(input, 'taskToken', 2048));
  return {};
};
