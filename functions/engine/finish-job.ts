import { putAction } from '../aws/action-record.ts';
import { readActionTypeRecord } from '../aws/action-type-record.ts';
import { putJob, readJob } from '../aws/job-record.ts';
import { versionThere } from '../aws/object-version.ts';
import { untilUnchanged, write } from '../aws/table.ts';
import {
  type ActionExecution,
  type Artifact,
  type External,
  type FailureCode,
  type Result,
  running,
} from '../domain/action.ts';
import { executionUrl } from '../domain/custom-action-type.ts';
import { close, follow, followsAfter, jobNotFound, notInProgress } from '../domain/job.ts';
import { Refusal } from '../domain/refusal.ts';
import type { SourceRevision } from '../domain/run.ts';
import type { Given } from '../lambda/given.ts';
import { assembleWork } from './assemble-work.ts';
import { completeAction } from './complete-action.ts';
import { failureOf } from './failure-of.ts';
import { findJob } from './find-job.ts';
import { excessOfVariables } from './output-variables.ts';
import { Failure, type OutputLocation, type Work } from './work.ts';

/** What a worker says of its work: ExecutionDetails of the API. */
export interface Details {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly percentComplete?: number;
}

/** The revision that a worker worked on, or found: CurrentRevision of the API, its time in milliseconds since the epoch. */
export interface CurrentRevision {
  readonly revision: string;
  readonly created?: number;
  readonly revisionSummary?: string;
}

/** What a worker hands over when it has succeeded. */
export interface Success {
  readonly details: Details;
  readonly outputVariables: Readonly<Record<string, string>>;
  readonly currentRevision?: CurrentRevision;
}

/**
 * A worker has succeeded: its action ends, in one transaction with the job; it fails when an output artifact is not where it belongs.
 * Refuses a job that is not in progress.
 */
export async function succeedJob(id: string, success: Success, given: Given): Promise<void> {
  const { job, action } = await findJob(id);
  close(job, action, 'Succeeded', given.now);
  const excess = excessOfVariables(success.outputVariables);
  if (excess !== undefined) throw new Refusal('OutputVariablesSizeExceededException', excess);
  const external = await externalOf(action, success.details);
  const outcome = await outcomeOf(action, success, given);
  await endJob(id, { ...external, ...outcome.result }, given.now, outcome.revision);
}

/** A worker has failed: its action fails with what it says. Refuses a job that is not in progress. */
export async function failJob(
  id: string,
  failure: { readonly code: FailureCode; readonly message: string },
  externalExecutionId: string | undefined,
  given: Given,
): Promise<void> {
  const { job, action } = await findJob(id);
  close(job, action, 'Failed', given.now);
  const external = await externalOf(action, externalExecutionId === undefined ? {} : { externalExecutionId });
  await endJob(id, { ...external, status: 'Failed', failure }, given.now);
}

/** A worker has done a part: its job ends, and another with its token goes on for the same action. Refuses a job that is not in progress. */
export async function continueJob(id: string, token: string, details: Details, given: Given): Promise<void> {
  const next = given.newId();
  await untilUnchanged(async () => {
    const { job, rev, action, actionRev } = await findJob(id);
    const closed = close(job, action, 'Succeeded', given.now);
    // A function is asked again by the sweeper; a worker asks by itself.
    const later = action.cursor === undefined ? {} : { lookAt: given.now + followsAfter };
    const said = { ...action, ...(await externalOf(action, details)), ...later, job: next };
    const going = running(action, said, given.now);
    if (!going) throw new Error(`Action ${action.key} has a job in progress and does not run.`);
    await write([
      putAction(going, actionRev),
      putJob(closed, rev),
      putJob(follow(job, { id: next, token }, given.now)),
    ]);
  });
}

/** Ends job and action together. Refuses when the action ended meanwhile: one result is recorded, whatever comes at once. */
async function endJob(id: string, result: Result, now: number, revision?: SourceRevision): Promise<void> {
  const { job } = await findJob(id);
  let before: ActionExecution | undefined;
  const resultOf = (action: ActionExecution) => {
    before = action;
    return action.job === id ? result : undefined;
  };
  const done = await completeAction(job.action, resultOf, now, {
    ...(revision ? { revision } : {}),
    write: async () => {
      const found = await readJob(id);
      if (!found) throw jobNotFound(id);
      return [putJob(close(found.job, before, result.status === 'Succeeded' ? 'Succeeded' : 'Failed', now), found.rev)];
    },
  });
  if (!done) throw notInProgress(id, 'TimedOut');
}

/** What the state shows of the work; what the worker does not say stays as it is. */
async function externalOf(action: ActionExecution, details: Details): Promise<External> {
  const { summary, externalExecutionId, percentComplete } = details;
  const record = await readActionTypeRecord(action.type);
  const externalId = externalExecutionId ?? action.externalId;
  const url = record && executionUrl(record.type, action.resolvedConfiguration ?? {}, externalId);
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(percentComplete === undefined ? {} : { percentComplete }),
    ...(url === undefined ? {} : { url }),
  };
}

interface Outcome {
  readonly result: Result;
  readonly revision?: SourceRevision;
}

async function outcomeOf(action: ActionExecution, success: Success, given: Given): Promise<Outcome> {
  const { outputVariables, currentRevision } = success;
  try {
    const work = await assembleWork(action, given);
    const made = await Promise.all(work.outputs.map((output) => artifactAt(output, work)));
    const outputs = made.map((artifact) => ({
      ...artifact,
      ...(currentRevision ? { revision: currentRevision.revision } : {}),
    }));
    const result: Result = { status: 'Succeeded', outputs, outputVariables };
    const [first] = outputs;
    const isSource = action.type.category === 'Source' && first !== undefined && currentRevision !== undefined;
    return isSource ? { result, revision: sourceRevision(action, first, currentRevision) } : { result };
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    return { result: { status: 'Failed', failure } };
  }
}

/** The version of an output artifact that is there now: what is put later is another. */
async function artifactAt({ name, bucket, key }: OutputLocation, { access, action }: Work): Promise<Artifact> {
  try {
    const versionId = await versionThere(access, bucket, key);
    return { name, bucket, key, ...(versionId === undefined ? {} : { versionId }) };
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    // Whoever may not list a bucket is told that a missing object is forbidden.
    if (![403, 404].includes($metadata?.httpStatusCode ?? 0)) throw error;
    throw new Failure(
      'JobFailed',
      `The job succeeded, but action ${action.action} has no output artifact ${name}: the worker must put it at ${bucket}/${key}, and the pipeline's role must be allowed to read it there.`,
    );
  }
}

function sourceRevision(
  { action }: ActionExecution,
  { name }: Artifact,
  { revision, created, revisionSummary }: CurrentRevision,
): SourceRevision {
  return {
    actionName: action,
    artifactName: name,
    revisionId: revision,
    ...(revisionSummary === undefined ? {} : { revisionSummary }),
    ...(created === undefined ? {} : { created }),
  };
}
