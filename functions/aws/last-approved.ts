import type { SourceRevision } from '../domain/run.ts';
import { type Key, list, read, type Write } from './table.ts';

/** What was approved last by an approval action. */
export interface LastApproved {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly revisions: readonly SourceRevision[];
}

interface Place {
  readonly stage: string;
  readonly action: string;
}

/** Reads what an approval action approved last; undefined before its first approval. */
export async function readLastApproved(pipelineId: string, place: Place): Promise<LastApproved | undefined> {
  return (await read(keyOf(pipelineId, place))) as LastApproved | undefined;
}

/** The runs that approvals of a pipeline approved last. */
export async function listApproved(pipelineId: string): Promise<readonly string[]> {
  const runs: string[] = [];
  let after: Key | undefined;
  do {
    const { items, next } = await list(pipelineId, 'APPROVED#', { limit: 1000, ...(after ? { after } : {}) });
    runs.push(...items.map(({ run }) => String(run)));
    after = next;
  } while (after);
  return runs;
}

/** The write that keeps what was approved. */
export function putLastApproved(pipelineId: string, place: Place, approved: LastApproved): Write {
  return { put: { ...keyOf(pipelineId, place), ...approved } };
}

function keyOf(pipelineId: string, { stage, action }: Place): Key {
  return { pk: pipelineId, sk: `APPROVED#${stage}#${action}` };
}
