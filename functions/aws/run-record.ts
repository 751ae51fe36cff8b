import { isFinal, type Run } from '../domain/run.ts';
import {
  type Item,
  isNew,
  type Key,
  list,
  openUntil,
  type Page,
  read,
  readAll,
  unchanged,
  type Write,
} from './table.ts';

/** A run with the revision under which it was read. */
export interface RunRecord {
  readonly run: Run;
  readonly rev: number;
}

/** Open work is looked at again after a minute, then every quarter of an hour. */
const firstCheck = 60_000;
const history = 365 * 24 * 60 * 60;
const month = 30 * 24 * 60 * 60;

/** Where a run is kept: UUIDv7 ids make the newest the last. */
export function runKey(pipelineId: string, run: string): Key {
  return { pk: pipelineId, sk: `RUN#${run}` };
}

/** Reads a run; undefined when the pipeline has none of this id. */
export async function readRun(pipelineId: string, id: string): Promise<RunRecord | undefined> {
  const item = await read(runKey(pipelineId, id));
  return item && runFrom(item);
}

/** Reads runs of a pipeline; those that are not there are left out. */
export async function readRuns(pipelineId: string, ids: readonly string[]): Promise<readonly RunRecord[]> {
  const items = await readAll(ids.map((id) => runKey(pipelineId, id)));
  return items.flatMap((item) => (item ? [runFrom(item)] : []));
}

/** Runs of a pipeline, the newest first. */
export async function listRuns(pipelineId: string, limit: number, after?: Key): Promise<Page> {
  return list(pipelineId, 'RUN#', { limit, newestFirst: true, ...(after ? { after } : {}) });
}

/** Runs that succeeded in a stage under a version of the definition, the newest first. Where one has expired, its place is empty. */
export async function listPassed(
  pipelineId: string,
  { stage, version }: { readonly stage: string; readonly version: number },
  limit: number,
  after?: Key,
): Promise<{ readonly runs: readonly (RunRecord | undefined)[]; readonly next?: Key }> {
  const prefix = passedPrefix(stage, version);
  const { items, next } = await list(pipelineId, prefix, { limit, newestFirst: true, ...(after ? { after } : {}) });
  const found = await readAll(items.map(({ sk }) => runKey(pipelineId, String(sk).slice(prefix.length))));
  return { runs: found.map((item) => item && runFrom(item)), ...(next ? { next } : {}) };
}

/** The write that keeps that a run succeeded in a stage. It is the same however often; the run's revision guards it. */
export function putPassed({ pipelineId, version, id, startTime }: Run, stage: string): Write {
  const expires = Math.floor(startTime / 1000) + history;
  return { put: { pk: pipelineId, sk: `${passedPrefix(stage, version)}${id}`, expires } };
}

/** Whether a run succeeded in a stage under its version of the definition, other than as a rollback. */
export async function hasPassed({ pipelineId, version, id }: Run, stage: string): Promise<boolean> {
  return (await read({ pk: pipelineId, sk: `${passedPrefix(stage, version)}${id}` })) !== undefined;
}

/** The newest run that succeeded in a run's stage under its version, other than as a rollback. */
export async function lastPassed({ pipelineId, stage, version }: Run): Promise<Run | undefined> {
  const { runs } = await listPassed(pipelineId, { stage, version }, 10);
  return runs.find((record) => record !== undefined)?.run;
}

/** The id of the run that succeeded in a stage last, other than as a rollback, under its newest version; undefined when none did. */
export async function lastGood(pipelineId: string, stage: string): Promise<string | undefined> {
  const { items } = await list(pipelineId, `PASSED#${stage}#`, { limit: 1, newestFirst: true });
  return items[0] && String(items[0]['sk']).split('#').at(-1);
}

function passedPrefix(stage: string, version: number): string {
  return `PASSED#${stage}#${String(version).padStart(6, '0')}#`;
}

/** The write that saves a run: new, or as it was read. It stays in the index of open work until its end has been published. */
export function putRun(run: Run, rev?: number): Write {
  const { variables, sourceOverrides, ...rest } = run;
  const put = {
    ...runKey(run.pipelineId, run.id),
    ...rest,
    variables: JSON.stringify(variables),
    sourceOverrides: JSON.stringify(sourceOverrides),
    rev: (rev ?? 0) + 1,
    ...openUntil(run.id, run.lastUpdateTime + firstCheck),
    ...(isFinal(run.status) ? { expires: expiryOf(run) } : {}),
  };
  return { put, condition: rev === undefined ? isNew : unchanged(rev) };
}

/** A year after its start, and not before a month after its end: a run may go on for longer than a year. */
function expiryOf({ startTime, lastUpdateTime }: Run): number {
  return Math.floor(Math.max(startTime / 1000 + history, lastUpdateTime / 1000 + month));
}

/** The write that lets a run enter the stage before which it waits. The pipeline's revision guards it. */
export function enterRun(pipelineId: string, id: string, now: number): Write {
  return {
    update: runKey(pipelineId, id),
    expression:
      'SET place = :inside, attempt = :zero, step = :zero, lastUpdateTime = :now, nextCheckAt = :check, rev = rev + :one',
    values: { ':inside': 'inside', ':zero': 0, ':now': now, ':check': now + firstCheck, ':one': 1 },
    condition: stillWaits,
  };
}

/** The write that ends a waiting run. The pipeline's revision guards it. */
export function endWaitingRun(pipelineId: string, id: string, status: 'Superseded' | 'Cancelled', now: number): Write {
  return {
    update: runKey(pipelineId, id),
    expression:
      'SET #status = :status, lastUpdateTime = :now, nextCheckAt = :check, expires = :expires, rev = rev + :one',
    values: {
      ':status': status,
      ':now': now,
      ':check': now + firstCheck,
      ':one': 1,
      ':expires': Math.floor(now / 1000) + history,
    },
    condition: stillWaits,
  };
}

const stillWaits = {
  expression: 'place = :inbound AND #status IN (:going, :stopping)',
  names: { '#status': 'status' },
  values: { ':inbound': 'inbound', ':going': 'InProgress', ':stopping': 'Stopping' },
};

/** A run from its item. */
export function runFrom(item: Item): RunRecord {
  const { pk: _, sk: __, rev, open: ___, nextCheckAt: ____, expires: _____, ...rest } = item;
  const run = {
    executionMode: 'SUPERSEDED',
    ...rest,
    variables: JSON.parse(String(item['variables'])),
    sourceOverrides: JSON.parse(String(item['sourceOverrides'])),
  };
  return { run: run as unknown as Run, rev: Number(rev) };
}
