import { loadDefinition } from '../../aws/definitions.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../../domain/declaration.ts';
import { sourceActionNotFound, stageNotFound } from '../../domain/not-found.ts';
import { pinned } from '../../domain/source-override.ts';
import { openRun } from '../../engine/open-run.ts';
import { timeOrderedId } from '../../lambda/given.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly actionName: string;
  readonly actionRevision: { readonly revisionId: string; readonly revisionChangeId: string; readonly created: number };
}

/** As long as the run that a revision started is kept. */
const rememberSeconds = 365 * 24 * 60 * 60;

/**
 * PutActionRevision: a revision that was not reported for this source action before starts a run, pinned to it where the source's type
 * allows. One that was answers with the run that it started.
 */
export const putActionRevision: Operation<Input> = async (
  { pipelineName, stageName, actionName, actionRevision: { revisionId } },
  given,
) => {
  const { id: pipelineId, version } = await findPipeline(pipelineName, given);
  const action = sourceIn(await loadDefinition(pipelineId, version), stageName, actionName);
  const id = timeOrderedId(given.now);
  const run = await openRun(
    {
      pipelineName,
      trigger: { type: 'PutActionRevision', detail: given.caller },
      variables: [],
      sourceOverrides: pinned(action, revisionId),
      token: `revision ${JSON.stringify([stageName, actionName, revisionId])}`,
      rememberSeconds,
    },
    { id, now: given.now, account: given.home.account },
  );
  return { newRevision: run === id, pipelineExecutionId: run };
};

function sourceIn(definition: PipelineDeclaration, stageName: string, actionName: string): ActionDeclaration {
  const stage = definition.stages.find(({ name }) => name === stageName);
  if (!stage) throw stageNotFound(definition.name, stageName);
  const action = stage.actions.find(({ name }) => name === actionName);
  if (action?.actionTypeId.category !== 'Source') throw sourceActionNotFound(definition.name, stageName, actionName);
  return action;
}
