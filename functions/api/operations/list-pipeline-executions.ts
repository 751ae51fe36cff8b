import { listRuns, runFrom } from '../../aws/run-record.ts';
import { Refusal } from '../../domain/refusal.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';
import { nextToken, pageStart } from '../paging.ts';
import { pipelineExecutionSummary } from '../run-shape.ts';

interface Input {
  readonly pipelineName: string;
  readonly maxResults?: number;
  readonly filter?: { readonly succeededInStage?: { readonly stageName?: string } };
  readonly nextToken?: string;
}

const defaultResults = 100;

/** ListPipelineExecutions: runs, the newest first. */
export const listPipelineExecutions: Operation<Input> = async (input, given) => {
  const { id, executionMode } = await findPipeline(input.pipelineName, given);
  if (input.filter?.succeededInStage)
    throw new Refusal('NotImplementedException', 'The filter succeededInStage is not built yet in Sluice.');
  const query = ['ListPipelineExecutions', id];
  const { items, next } = await listRuns(id, input.maxResults ?? defaultResults, pageStart(query, input.nextToken, id));
  return {
    pipelineExecutionSummaries: items.map((item) => pipelineExecutionSummary(runFrom(item).run, executionMode)),
    ...nextToken(query, next),
  };
};
