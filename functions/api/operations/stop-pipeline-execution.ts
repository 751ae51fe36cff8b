import { loadDefinition } from '../../aws/definitions.ts';
import { readRun } from '../../aws/run-record.ts';
import { untilUnchanged } from '../../aws/table.ts';
import { isFinal } from '../../domain/run.ts';
import { notStoppable, stop } from '../../domain/stop.ts';
import { commit, readPlace, readStep, wake } from '../../engine/commit.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly pipelineExecutionId: string;
  readonly abandon?: boolean;
  readonly reason?: string;
}

/** StopPipelineExecution: the run ends when its running actions have, or at once and without them. */
export const stopPipelineExecution: Operation<Input> = async (input, given) => {
  const { pipelineName, pipelineExecutionId: id, abandon = false, reason } = input;
  const { id: pipelineId } = await findPipeline(pipelineName, given);
  if (!(await readRun(pipelineId, id))) throw notStoppable(pipelineName, id, 'not there');
  const change = await untilUnchanged(async () => {
    const { run, pipeline } = await readPlace(pipelineId, id);
    const step = await readStep(run.run, await loadDefinition(pipelineId, run.run.version));
    const stopped = stop(
      run.run,
      pipeline.pipeline,
      step.map(({ action }) => action),
      { abandon, ...(reason === undefined ? {} : { reason }) },
      given.now,
    );
    await commit(stopped, { run: run.rev, pipeline: pipeline.rev, step });
    return stopped;
  });
  if (isFinal(change.run.status)) await wake({ ...change, entered: [...change.entered, id] });
  return { pipelineExecutionId: id };
};
