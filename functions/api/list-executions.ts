import { type ActionKind, actionFrom, listActions } from '../aws/action-record.ts';
import { loadDefinition } from '../aws/definitions.ts';
import { typesOf } from '../aws/named-types.ts';
import { readRun } from '../aws/run-record.ts';
import type { Page } from '../aws/table.ts';
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
/** Of the 6 MB that a function may answer (Lambda quotas), in bytes. */
const longestAnswer = 5_000_000;

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
  const { items, next } = withinAnswer(await listActions(id, { kind, run }, limit, start && { pk: id, sk: start.sk }));
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

/** As many items of a page, one at least, as an answer holds: its text is a text within Lambda's answer, so that it is escaped twice. */
function withinAnswer({ items, next }: Page): Page {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(actionFrom(item).action)));
    return index > 0 && bytes > longestAnswer;
  });
  const last = items[end - 1];
  return last
    ? { items: items.slice(0, end), next: { pk: String(last['pk']), sk: String(last['sk']) } }
    : { items, ...(next ? { next } : {}) };
}
