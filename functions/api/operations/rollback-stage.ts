import { loadDefinition } from '../../aws/definitions.ts';
import { startExecution } from '../../aws/machine.ts';
import { hasArtifacts } from '../../aws/old-artifacts.ts';
import { readPipeline } from '../../aws/pipeline-record.ts';
import { hasPassed, readRun } from '../../aws/run-record.ts';
import { untilUnchanged } from '../../aws/table.ts';
import { executionNotFound, pipelineNotFound, stageNotFound } from '../../domain/not-found.ts';
import { rollBack } from '../../domain/rollback.ts';
import { commit, wake } from '../../engine/commit.ts';
import { timeOrderedId } from '../../lambda/given.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly targetPipelineExecutionId: string;
}

/** RollbackStage: opens a run of one stage, with what an earlier run brought into it. The stream and the sweeper start it if this dies before. */
export const rollbackStage: Operation<Input> = async (input, given) => {
  const { pipelineName, stageName, targetPipelineExecutionId } = input;
  const { id: pipelineId } = await findPipeline(pipelineName, given);
  const id = timeOrderedId(given.now);
  const change = await untilUnchanged(async () => {
    const record = await readPipeline(pipelineId);
    if (!record || record.pipeline.deleted) throw pipelineNotFound(given.home.account, pipelineName);
    const { pipeline, rev } = record;
    const definition = await loadDefinition(pipelineId, pipeline.version);
    if (!definition.stages.some(({ name }) => name === stageName)) throw stageNotFound(pipelineName, stageName);
    const target = (await readRun(pipelineId, targetPipelineExecutionId))?.run;
    if (!target) throw executionNotFound(pipelineName, targetPipelineExecutionId);
    const situation = { pipeline, definition, target, passed: await hasPassed(target, stageName) };
    const trigger = { type: 'ManualRollback', detail: given.caller } as const;
    const opened = rollBack(situation, stageName, { id, trigger, now: given.now });
    await commit(opened, { pipeline: rev }, hasArtifacts(target));
    return opened;
  });
  await wake(change);
  await startExecution(change.run);
  return { pipelineExecutionId: id };
};
