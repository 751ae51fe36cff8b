import { actionFrom, listActions } from '../../aws/action-record.ts';
import { loadDefinition } from '../../aws/definitions.ts';
import { typesOf } from '../../aws/named-types.ts';
import { readRun } from '../../aws/run-record.ts';
import { maskSecrets } from '../../domain/definition.ts';
import { executionNotFound } from '../../domain/not-found.ts';
import { Refusal } from '../../domain/refusal.ts';
import { actionExecutionDetail } from '../action-shape.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';
import { nextToken, pageStart } from '../paging.ts';

interface Input {
  readonly pipelineName: string;
  readonly filter?: { readonly pipelineExecutionId?: string; readonly latestInPipelineExecution?: object };
  readonly maxResults?: number;
  readonly nextToken?: string;
}

const defaultResults = 100;

/** ListActionExecutions: action executions of a pipeline or of one of its runs, the newest first. */
export const listActionExecutions: Operation<Input> = async (input, given) => {
  const { id } = await findPipeline(input.pipelineName, given);
  if (input.filter?.latestInPipelineExecution) {
    throw new Refusal('NotImplementedException', 'The filter latestInPipelineExecution is not built yet in Sluice.');
  }
  const run = input.filter?.pipelineExecutionId;
  if (run !== undefined && !(await readRun(id, run))) throw executionNotFound(input.pipelineName, run);
  const query = ['ListActionExecutions', id, run];
  const { items, next } = await listActions(
    id,
    { run },
    input.maxResults ?? defaultResults,
    pageStart(query, input.nextToken, id),
  );
  const found = await Promise.all(
    items.map(async (item) => {
      const { action } = actionFrom(item);
      return { action, definition: await loadDefinition(id, action.version) };
    }),
  );
  const types = await typesOf(...found.map(({ definition }) => definition));
  const actionExecutionDetails = found.map(({ action, definition }) =>
    actionExecutionDetail(action, maskSecrets(definition, types), given.home.region),
  );
  return { actionExecutionDetails, ...nextToken(query, next) };
};
