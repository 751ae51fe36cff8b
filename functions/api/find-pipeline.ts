import { type PipelineSummary, readSummary } from '../aws/pipeline-record.ts';
import { pipelineNotFound } from '../domain/not-found.ts';
import type { OperationGiven } from './operation.ts';

/** The pipeline of a name; refuses one that does not exist. */
export async function findPipeline(name: string, { home }: Pick<OperationGiven, 'home'>): Promise<PipelineSummary> {
  const found = await readSummary(name);
  if (!found) throw pipelineNotFound(home.account, name);
  return found;
}
