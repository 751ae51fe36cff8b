import { actionFrom, listActions } from '../../aws/action-record.ts';
import { loadDefinition } from '../../aws/definitions.ts';
import { typesOf } from '../../aws/named-types.ts';
import { readRun } from '../../aws/run-record.ts';
import { maskSecrets } from '../../domain/definition.ts';
import { latestAttempts } from '../../domain/latest-attempts.ts';
import { executionNotFound } from '../../domain/not-found.ts';
import { actionExecutionDetail } from '../action-shape.ts';
import { type ExecutionFilter, runWanted } from '../execution-filter.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';
import { nextToken, readToken } from '../paging.ts';

interface Input {
  readonly pipelineName: string;
  readonly filter?: ExecutionFilter;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

const defaultResults = 100;

/**
 * ListActionExecutions: action executions of a pipeline or of one of its runs, the newest first; or of a run the latest attempt at
 * each action. A page of the latest has as many as are left of those that it reads: a stage that was tried often has pages with few.
 */
export const listActionExecutions: Operation<Input> = async (input, given) => {
  const { id } = await findPipeline(input.pipelineName, given);
  const { run, latestOnly } = runWanted(input.filter);
  if (run !== undefined && !(await readRun(id, run))) throw executionNotFound(input.pipelineName, run);
  const query = ['ListActionExecutions', id, run, ...(latestOnly ? ['Latest'] : [])];
  const start = readToken(query, input.nextToken);
  const limit = input.maxResults ?? defaultResults;
  const { items, next } = await listActions(id, { run }, limit, start && { pk: id, sk: start.sk });
  const actions = items.map((item) => actionFrom(item).action);
  const { latest, seen } = latestOnly ? latestAttempts(actions, start?.seen ?? []) : { latest: actions, seen: [] };
  const found = await Promise.all(
    latest.map(async (action) => ({ action, definition: await loadDefinition(id, action.version) })),
  );
  const types = await typesOf(...found.map(({ definition }) => definition));
  const actionExecutionDetails = found.map(({ action, definition }) =>
    actionExecutionDetail(action, maskSecrets(definition, types), given.home.region),
  );
  return { actionExecutionDetails, ...nextToken(query, next, seen) };
};
