import { listPassed, listRuns, runFrom } from '../../aws/run-record.ts';
import type { Key } from '../../aws/table.ts';
import type { Run } from '../../domain/run.ts';
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

/** ListPipelineExecutions: runs, the newest first; or those that succeeded in a stage under the current version of the definition. */
export const listPipelineExecutions: Operation<Input> = async (input, given) => {
  const { id, version } = await findPipeline(input.pipelineName, given);
  const stage = input.filter?.succeededInStage?.stageName;
  const query = ['ListPipelineExecutions', id, ...(stage === undefined ? [] : [stage, String(version)])];
  const limit = input.maxResults ?? defaultResults;
  const start = pageStart(query, input.nextToken, id);
  const { runs, next } =
    stage === undefined ? await all(id, limit, start) : await passed(id, { stage, version }, limit, start);
  return {
    pipelineExecutionSummaries: runs.map(pipelineExecutionSummary),
    ...nextToken(query, next),
  };
};

interface Found {
  readonly runs: readonly Run[];
  readonly next?: Key;
}

async function all(pipelineId: string, limit: number, start: Key | undefined): Promise<Found> {
  const { items, ...rest } = await listRuns(pipelineId, limit, start);
  return { runs: items.map((item) => runFrom(item).run), ...rest };
}

async function passed(...of: Parameters<typeof listPassed>): Promise<Found> {
  const { runs, ...rest } = await listPassed(...of);
  return { runs: runs.flatMap((record) => (record ? [record.run] : [])), ...rest };
}
