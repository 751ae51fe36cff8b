import { loadDefinition } from '../../aws/definitions.ts';
import { sendToken, startExecution } from '../../aws/machine.ts';
import { readRun } from '../../aws/run-record.ts';
import { untilUnchanged } from '../../aws/table.ts';
import { carrier } from '../../domain/action-types.ts';
import type { RetryMode } from '../../domain/declaration.ts';
import { stageNotFound } from '../../domain/not-found.ts';
import { retriedRun, retry, stageNotRetryable } from '../../domain/retry.ts';
import { commit, readPlace, readStep } from '../../engine/commit.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly pipelineExecutionId: string;
  readonly retryMode: RetryMode;
}

/** RetryStageExecution: the same run goes on in the stage in which it ended. */
export const retryStageExecution: Operation<Input> = async (input, given) => {
  const { pipelineName, stageName, pipelineExecutionId: id, retryMode } = input;
  const summary = await findPipeline(pipelineName, given);
  const current = await loadDefinition(summary.id, summary.version);
  if (!current.stages.some(({ name }) => name === stageName)) throw stageNotFound(pipelineName, stageName);
  if (!(await readRun(summary.id, id))) throw stageNotRetryable(id, stageName, `the pipeline has no such execution`);
  const { run } = await untilUnchanged(async () => {
    const { run: found, pipeline } = await readPlace(summary.id, id);
    const definition = await loadDefinition(summary.id, found.run.version);
    const step = await readStep(retriedRun(found.run), definition);
    const change = retry(
      { run: found.run, pipeline: pipeline.pipeline, definition, step: step.map(({ action }) => action) },
      stageName,
      retryMode,
      {
        ...given,
        timeoutInMinutes: (action) => action.timeoutInMinutes ?? carrier(action.actionTypeId).timeoutInMinutes,
      },
    );
    // The old execution may wait for it: it ends by itself, as the run goes on in another.
    if (found.run.token) await sendToken(found.run.token.value, { next: 'Decide' });
    await commit(change, { run: found.rev, pipeline: pipeline.rev });
    return change;
  });
  await startExecution(run);
  return { pipelineExecutionId: id };
};
