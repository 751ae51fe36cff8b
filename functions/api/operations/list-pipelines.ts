import { listSummaries, summaryFrom } from '../../aws/pipeline-record.ts';
import { type Operation, seconds } from '../operation.ts';
import { nextToken, pageStart } from '../paging.ts';

const query = ['ListPipelines'];
const defaultResults = 1000;

/** ListPipelines: summaries, by name. */
export const listPipelines: Operation<{ nextToken?: string; maxResults?: number }> = async (input) => {
  const { items, next } = await listSummaries(
    input.maxResults ?? defaultResults,
    pageStart(query, input.nextToken, 'PIPELINES'),
  );
  const pipelines = items.map(summaryFrom).map(({ name, version, pipelineType, executionMode, created, updated }) => ({
    name,
    version,
    pipelineType,
    executionMode,
    created: seconds(created),
    updated: seconds(updated),
  }));
  return { pipelines, ...nextToken(query, next) };
};
