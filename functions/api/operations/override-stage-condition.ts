import { loadDefinition } from '../../aws/definitions.ts';
import { readPipeline } from '../../aws/pipeline-record.ts';
import { readRun } from '../../aws/run-record.ts';
import { pipelineNotFound, stageNotFound } from '../../domain/not-found.ts';
import { overrideCondition } from '../../domain/override-condition.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly pipelineExecutionId: string;
  readonly conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS';
}

/** OverrideStageCondition: refuses, as no stage can have conditions yet; what it names is looked for first. */
export const overrideStageCondition: Operation<Input> = async (input, given) => {
  const { pipelineName, stageName, pipelineExecutionId: id, conditionType } = input;
  const { id: pipelineId } = await findPipeline(pipelineName, given);
  const record = await readPipeline(pipelineId);
  if (!record) throw pipelineNotFound(given.home.account, pipelineName);
  const definition = await loadDefinition(pipelineId, record.pipeline.version);
  const stage = definition.stages.find(({ name }) => name === stageName);
  if (!stage) throw stageNotFound(pipelineName, stageName);
  throw overrideCondition(
    { pipeline: record.pipeline, stage, run: (await readRun(pipelineId, id))?.run },
    id,
    conditionType,
  );
};
