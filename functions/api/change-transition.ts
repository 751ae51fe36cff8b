import { loadDefinition } from '../aws/definitions.ts';
import { type PipelineRecord, readPipeline } from '../aws/pipeline-record.ts';
import { pipelineNotFound, stageNotFound } from '../domain/not-found.ts';
import { Refusal } from '../domain/refusal.ts';
import { findPipeline } from './find-pipeline.ts';
import type { OperationGiven } from './operation.ts';

/** A transition as the API names it: the way into a stage, or out of it. */
export interface Transition {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly transitionType: 'Inbound' | 'Outbound';
}

/**
 * The pipeline of a transition, and the stage into which it leads: the way out of a stage is the way into the next, so that a change of the
 * one is seen as the other. Refuses the way out of the last stage, which leads nowhere.
 */
export async function findTransition(
  { pipelineName, stageName, transitionType }: Transition,
  given: OperationGiven,
): Promise<PipelineRecord & { readonly into: string }> {
  const summary = await findPipeline(pipelineName, given);
  const record = await readPipeline(summary.id);
  if (!record || record.pipeline.deleted) throw pipelineNotFound(given.home.account, pipelineName);
  const { stages } = await loadDefinition(summary.id, record.pipeline.version);
  const index = stages.findIndex(({ name }) => name === stageName);
  if (index < 0) throw stageNotFound(pipelineName, stageName);
  const into = stages[transitionType === 'Inbound' ? index : index + 1];
  if (!into)
    throw new Refusal(
      'ValidationException',
      `Stage '${stageName}' is the last of pipeline '${pipelineName}': no transition leads out of it.`,
    );
  return { ...record, into: into.name };
}
