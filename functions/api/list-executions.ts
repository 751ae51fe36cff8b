import { type ActionKind, actionFrom, listActions } from '../aws/action-record.ts';
import { loadDefinition } from '../aws/definitions.ts';
import { typesOf } from '../aws/named-types.ts';
import { readRun } from '../aws/run-record.ts';
import type { ActionExecution } from '../domain/action.ts';
import type { PipelineDeclaration } from '../domain/declaration.ts';
import { maskSecrets } from '../domain/definition.ts';
import { latestAttempts } from '../domain/latest-attempts.ts';
import { executionNotFound } from '../domain/not-found.ts';
import type { Given } from '../lambda/given.ts';
import { type ExecutionFilter, runWanted } from './execution-filter.ts';
import { findPipeline } from './find-pipeline.ts';
import { nextToken, readToken } from './paging.ts';

/** What ListActionExecutions and ListRuleExecutions are asked. */
export interface ListedInput {
  readonly pipelineName: string;
  readonly filter?: ExecutionFilter;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

const defaultResults = 100;

/**
 * Executions of a kind, of a pipeline or of one of its runs, the newest first; or of a run the latest attempt at
 * each. A page of the latest has as many as are left of those that it reads: a stage that was tried often has pages with few.
 * `shape`: how the API shows one.
 */
export async function executionsListed(
  operation: string,
  kind: ActionKind,
  shape: (execution: ActionExecution, definition: PipelineDeclaration, region: string) => object,
  input: ListedInput,
  given: Given,
): Promise<{ readonly details: readonly object[]; readonly nextToken?: string }> {
  const { id } = await findPipeline(input.pipelineName, given);
  const { run, latestOnly } = runWanted(input.filter);
  if (run !== undefined && !(await readRun(id, run))) throw executionNotFound(input.pipelineName, run);
  const query = [operation, id, run, ...(latestOnly ? ['Latest'] : [])];
  const start = readToken(query, input.nextToken);
  const limit = input.maxResults ?? defaultResults;
  const { items, next } = await listActions(id, { kind, run }, limit, start && { pk: id, sk: start.sk });
  const executions = items.map((item) => actionFrom(item).action);
  const { latest, seen } = latestOnly
    ? latestAttempts(executions, start?.seen ?? [])
    : { latest: executions, seen: [] };
  const found = await Promise.all(
    latest.map(async (execution) => ({ execution, definition: await loadDefinition(id, execution.version) })),
  );
  const types = await typesOf(...found.map(({ definition }) => definition));
  const details = found.map(({ execution, definition }) =>
    shape(execution, maskSecrets(definition, types), given.home.region),
  );
  return { details, ...nextToken(query, next, seen) };
}
