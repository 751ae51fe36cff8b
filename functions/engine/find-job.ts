import { readAction } from '../aws/action-record.ts';
import { type JobRecord, readJob } from '../aws/job-record.ts';
import type { ActionExecution } from '../domain/action.ts';
import { jobNotFound } from '../domain/job.ts';

/** A job and the action execution that it is for. */
export interface FoundJob extends JobRecord {
  readonly action: ActionExecution;
  readonly actionRev: number;
}

/** The job of an id, with its action. Refuses an id that no job has. */
export async function findJob(id: string): Promise<FoundJob> {
  const record = await readJob(id);
  const found = record && (await readAction(record.job.action));
  if (!record || !found) throw jobNotFound(id);
  return { ...record, action: found.action, actionRev: found.rev };
}
