import { readDeployment } from '../../aws/action-record.ts';
import { actionExecutionNotFound } from '../../domain/not-found.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';
import { readToken } from '../paging.ts';

interface Input {
  readonly pipelineName?: string;
  readonly actionExecutionId: string;
  readonly nextToken?: string;
}

/** ListDeployActionExecutionTargets: none, as no provider that is built deploys to targets. */
export const listDeployActionExecutionTargets: Operation<Input> = async (input, given) => {
  const { pipelineName, actionExecutionId } = input;
  const pipeline = pipelineName === undefined ? undefined : await findPipeline(pipelineName, given);
  const found = await readDeployment(actionExecutionId);
  if (!found || (pipeline && found.pipelineId !== pipeline.id)) throw actionExecutionNotFound(actionExecutionId);
  readToken(['ListDeployActionExecutionTargets', actionExecutionId], input.nextToken);
  return { targets: [] };
};
