import { createHash } from 'node:crypto';
import { loadDefinition } from '../aws/definitions.ts';
import { startExecution } from '../aws/machine.ts';
import { readPipeline, readSummary } from '../aws/pipeline-record.ts';
import { isNew, read, untilUnchanged, type Write } from '../aws/table.ts';
import { open } from '../domain/decide.ts';
import * as history from '../domain/history-budget.ts';
import { pipelineNotFound } from '../domain/not-found.ts';
import { resolveVariables } from '../domain/pipeline-variables.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Run, SourceRevisionOverride, Trigger } from '../domain/run.ts';
import { commit, wake } from './commit.ts';

/** What starts a run. */
export interface Start {
  readonly pipelineName: string;
  readonly trigger: Trigger;
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly sourceOverrides: readonly SourceRevisionOverride[];
  /** Starts of the same token within a day are one start. */
  readonly token?: string;
  /** How long starts of the token are one start, when it is not a day. */
  readonly rememberSeconds?: number;
  /** A run that makes this one needless. Asked anew whenever the pipeline has changed: of two starts that name each other only one opens a run. */
  readonly unless?: (pipelineId: string) => Promise<string | undefined>;
  /** What is written with the run, and only when this start opens it. */
  readonly also?: readonly Write[];
}

const dedupeSeconds = 24 * 60 * 60;

/**
 * Opens a run and starts its execution. Answers the run's id: of the first run when the same token comes again. The stream and
 * the sweeper start the execution of an opener that died in between.
 */
export async function openRun(
  start: Start,
  given: { readonly id: string; readonly now: number; readonly account: string },
): Promise<string> {
  const run = await untilUnchanged(() => tryOpen(start, given));
  // The name of an execution is free again after 90 days: a run that is older must not be executed anew.
  const isYoung = start.rememberSeconds === undefined && start.unless === undefined;
  if (run.id === given.id || isYoung) await startExecution(run);
  return run.id;
}

async function tryOpen(
  start: Start,
  given: { id: string; now: number; account: string },
): Promise<Pick<Run, 'pipelineId' | 'id' | 'execution'>> {
  const summary = await readSummary(start.pipelineName);
  if (!summary) throw pipelineNotFound(given.account, start.pipelineName);
  const known = start.token === undefined ? undefined : await knownStart(summary.id, start.token, given.now);
  if (known) return { pipelineId: summary.id, id: known, execution: 1 };

  const record = await readPipeline(summary.id);
  if (!record || record.pipeline.deleted) throw pipelineNotFound(given.account, start.pipelineName);
  const needless = await start.unless?.(summary.id);
  if (needless !== undefined) return { pipelineId: summary.id, id: needless, execution: 1 };
  const definition = await loadDefinition(summary.id, record.pipeline.version);
  const [first] = definition.stages;
  if (!first) throw new Error(`Pipeline ${summary.name} has no stages.`);
  const change = open(record.pipeline, {
    id: given.id,
    pipelineId: summary.id,
    pipelineName: summary.name,
    status: 'InProgress',
    version: record.pipeline.version,
    stage: first.name,
    attempt: 0,
    step: 0,
    execution: 1,
    spent: history.beginning,
    trigger: start.trigger,
    variables: resolveVariables(definition, start.variables),
    sourceOverrides: start.sourceOverrides,
    sourceRevisions: [],
    startTime: given.now,
    lastUpdateTime: given.now,
  });
  if (change.run.status !== 'InProgress')
    throw new Refusal('ConflictException', `A newer run of ${summary.name} waits already.`);
  await commit(
    change,
    { pipeline: record.rev },
    ...(start.token === undefined ? [] : [putStart(summary.id, start.token, given, start.rememberSeconds)]),
    ...(start.also ?? []),
  );
  await wake(change);
  return change.run;
}

/** The run that a token has started, as long as that is remembered. */
async function knownStart(pipelineId: string, token: string, now: number): Promise<string | undefined> {
  const item = await read(startKey(pipelineId, token));
  return item && Number(item['expires']) * 1000 > now ? String(item['run']) : undefined;
}

function putStart(
  pipelineId: string,
  token: string,
  { id, now }: { id: string; now: number },
  seconds = dedupeSeconds,
): Write {
  const expires = Math.floor(now / 1000) + seconds;
  return {
    put: { ...startKey(pipelineId, token), run: id, expires },
    condition: { expression: `${isNew.expression} OR expires <= :now`, values: { ':now': Math.floor(now / 1000) } },
  };
}

function startKey(pipelineId: string, token: string): { pk: string; sk: string } {
  return { pk: pipelineId, sk: `START#${createHash('sha256').update(token).digest('hex')}` };
}
