import { putAuditRecord, removeAuditRecord } from '../aws/audit-record.ts';
import { type Call, type Ending, type Told, tell } from '../domain/audit.ts';
import { Refusal } from '../domain/refusal.ts';
import { logger } from '../lambda/logger.ts';

/** What is told of the output of a call that was carried out; `undefined`: it changed nothing, and its record goes. */
export type Telling<Output> = (output: Output) => Told | undefined;

/**
 * Carries out a call between two writes of its record: one before, without which nothing is done, and one with its ending. A crash
 * in between leaves a record without an ending.
 */
export async function audited<Output>(call: Call, work: () => Promise<Output>, told: Telling<Output>): Promise<Output> {
  await putAuditRecord(call);
  let output: Output;
  try {
    output = await work();
  } catch (error) {
    await end(call, { result: 'Failed', errorCode: codeOf(error) });
    throw error;
  }
  const worthTelling = told(output);
  await end(call, worthTelling && { result: 'Succeeded', output: worthTelling });
  return output;
}

/** Records a call that was refused before anything was done. */
export async function auditRefused(call: Call, refusal: Refusal): Promise<void> {
  await putAuditRecord({ ...call, result: 'Failed', errorCode: refusal.code });
}

/** What is told of an output at some paths. */
export function telling(paths: readonly string[]): Telling<unknown> {
  return (output) => tell(output, paths);
}

/** What was done stays done, and is answered, when its ending cannot be written: the record without one tells of it. */
async function end(call: Call, ending: Ending | undefined): Promise<void> {
  try {
    await (ending ? putAuditRecord({ ...call, ...ending }) : removeAuditRecord(call));
  } catch (error) {
    logger.error('Audit', { requestId: call.requestId, operation: call.operation, error: error as Error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Refusal ? error.code : 'InternalFailure';
}
