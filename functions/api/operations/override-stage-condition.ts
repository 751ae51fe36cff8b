import { loadDefinition } from '../../aws/definitions.ts';
import { startExecution } from '../../aws/machine.ts';
import { readRun } from '../../aws/run-record.ts';
import { untilUnchanged } from '../../aws/table.ts';
import { stageNotFound } from '../../domain/not-found.ts';
import { notOverridable, type Overridable, overrideCondition } from '../../domain/override-condition.ts';
import { commit, readPlace, readStep, wake } from '../../engine/commit.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly pipelineExecutionId: string;
  readonly conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS';
}

const conditions: Readonly<Record<Input['conditionType'], Overridable>> = {
  BEFORE_ENTRY: 'beforeEntry',
  ON_SUCCESS: 'onSuccess',
};

/** OverrideStageCondition: the run passes a condition that holds it, or that has ended it. */
export const overrideStageCondition: Operation<Input> = async (input, given) => {
  const { pipelineName, stageName, pipelineExecutionId: id, conditionType } = input;
  const condition = conditions[conditionType];
  const summary = await findPipeline(pipelineName, given);
  if (!(await readRun(summary.id, id))) {
    const current = await loadDefinition(summary.id, summary.version);
    if (!current.stages.some(({ name }) => name === stageName)) throw stageNotFound(pipelineName, stageName);
    throw notOverridable(id, stageName, condition, 'the pipeline has no such execution');
  }
  const { change, resumed } = await untilUnchanged(async () => {
    const { run: found, pipeline } = await readPlace(summary.id, id);
    const definition = await loadDefinition(summary.id, found.run.version);
    const stage = definition.stages.find(({ name }) => name === stageName);
    if (!stage) throw stageNotFound(pipelineName, stageName);
    const step = await readStep(found.run, definition);
    const situation = { run: found.run, pipeline: pipeline.pipeline, definition };
    const change = overrideCondition(
      { ...situation, step: step.map(({ action }) => action) },
      stage,
      condition,
      given.now,
    );
    await commit(change, { run: found.rev, pipeline: pipeline.rev, step });
    return { change, resumed: change.run.execution !== found.run.execution };
  });
  if (resumed) await startExecution(change.run);
  else await wake(change);
  return {};
};
