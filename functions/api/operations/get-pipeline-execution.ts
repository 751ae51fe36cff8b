import { readRun } from '../../aws/run-record.ts';
import { executionNotFound } from '../../domain/not-found.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';
import { pipelineExecution } from '../run-shape.ts';

interface Input {
  readonly pipelineName: string;
  readonly pipelineExecutionId: string;
}

/** GetPipelineExecution: one run. */
export const getPipelineExecution: Operation<Input> = async ({ pipelineName, pipelineExecutionId }, given) => {
  const { id } = await findPipeline(pipelineName, given);
  const found = await readRun(id, pipelineExecutionId);
  if (!found) throw executionNotFound(pipelineName, pipelineExecutionId);
  return { pipelineExecution: pipelineExecution(found.run) };
};
