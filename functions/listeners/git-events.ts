import { type Follower, listFollowers } from '../aws/connection-record.ts';
import { decisionsOn, keepDecisions, putDecision } from '../aws/decision-record.ts';
import { askFiles } from '../aws/functions.ts';
import type { Connection } from '../domain/connection.ts';
import type { Decision } from '../domain/decision.ts';
import type { ChangedFiles, GitEvent } from '../domain/git-event.ts';
import { describe, judgeEvent } from '../domain/judge-event.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Trigger } from '../domain/run.ts';
import { dependsOnFiles, type Verdict } from '../domain/trigger-filter.ts';
import { type Given, timeOrderedId } from '../lambda/given.ts';
import { type Asker, startRecorded } from './recorded-start.ts';

/** What came of an event for one follower, as the host is told. */
export interface Told {
  readonly pipeline: string;
  readonly pipelineExecutionId?: string;
  readonly refused?: string;
}

interface Heard {
  readonly connection: Connection;
  readonly event: GitEvent;
  /** The same for the same event: it starts a source action once within a day. */
  readonly token: string;
  readonly asker: Asker;
  /** Which event of its request it is, from 0. */
  readonly place: number;
  /** Nobody told of it: it was found by comparing branch heads. */
  readonly isFound?: boolean;
}

/**
 * Starts what an event of a host starts, and keeps of each source action that follows the repository what was decided, and why. A pipeline
 * that cannot be started does not keep the others from starting: a refusal is told, a fault thrown when all have tried.
 */
export async function takeEvent(heard: Heard, given: Given): Promise<readonly Told[]> {
  const { connection, event } = heard;
  const followers = await listFollowers(connection.id, event.repository);
  if (followers.length === 0) {
    const why = 'no pipeline follows the repository behind this connection';
    await keepDecisions([decisionOf(heard, undefined, { started: false, why }, given)]);
    return [];
  }
  return startFor(heard, followers, given);
}

/** Starts what an event starts of some source actions that follow its repository, as `takeEvent` does. */
export async function startFor(heard: Heard, followers: readonly Follower[], given: Given): Promise<readonly Told[]> {
  const { connection, event } = heard;
  const known = await withFiles(connection, event, followers);
  const judged = followers.map((follower) => ({
    follower,
    verdict: judgeEvent(follower, known, { skipCi: connection.skipCi === true }),
  }));
  const starts = await Promise.allSettled(
    judged
      .filter(({ verdict }) => verdict.fits)
      .map(({ follower, verdict }, index) => start(heard, follower, verdict, partOf(heard, index + 1), given)),
  );
  await keepDecisions(
    judged
      .filter(({ verdict }) => !verdict.fits)
      .map(({ follower, verdict: { why } }) => decisionOf(heard, follower, { started: false, why }, given)),
  );
  const fault = starts.find((each) => each.status === 'rejected');
  if (fault) throw fault.reason;
  return starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** Asks the host for files that its payload does not name, where somebody's filter depends on them. What it does not answer is not known. */
async function withFiles(connection: Connection, event: GitEvent, followers: readonly Follower[]): Promise<GitEvent> {
  if (event.type === 'TagPush' || !('unknown' in event.files)) return event;
  const { unknown, ask } = event.files;
  const depends = followers.some(({ filters }) => filters && dependsOnFiles(filters, event));
  if (!depends || !ask) return event;
  if (connection.api === undefined)
    return { ...event, files: { unknown: `${unknown}, and the connection has no API to ask` } };
  const request = { connection: connection.id, repository: event.repository, files: ask };
  const files: ChangedFiles = await askFiles(request).catch((error: unknown) => ({
    unknown: `${unknown}, and the host could not be asked (${error instanceof Error ? error.name : 'no answer'})`,
  }));
  return { ...event, files };
}

async function start(heard: Heard, follower: Follower, { why }: Verdict, number: string, given: Given): Promise<Told> {
  const { event, connection, token, asker } = heard;
  const { pipelineName, action } = follower;
  const id = timeOrderedId(given.now);
  const decision = decisionOf(heard, follower, { started: true, run: id, why }, given);
  try {
    const start = {
      pipelineName,
      trigger: triggerOf(connection, event),
      variables: [],
      sourceOverrides: [{ actionName: action, revisionType: 'COMMIT_ID' as const, revisionValue: event.commitId }],
      token: `push ${action} ${token}`,
      ...(event.type === 'BranchPush' ? { unless: () => otherwiseStarted(heard, follower) } : {}),
      also: [putDecision(decision)],
    };
    const { repository, commitId } = event;
    const told = { connection: connection.arn, repository, event: describe(event), commitId, action };
    const part = { ...asker, requestId: `${asker.requestId}#${number}` };
    const { run, isNew } = await startRecorded({ id, asker: part, told, start }, given);
    if (!isNew) {
      const again = 'the same event came before, and started this run';
      await keepDecisions([{ ...decision, started: false, run, why: again }]);
    }
    return { pipeline: pipelineName, pipelineExecutionId: run };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await keepDecisions([decisionOf(heard, follower, { started: false, why: error.message }, given)]);
    return { pipeline: pipelineName, refused: error.message };
  }
}

/** The run that the same push has started otherwise: told of, where this one was found; found, where this one is told of. */
async function otherwiseStarted(
  { event, isFound }: Heard,
  { pipelineName, action }: Follower,
): Promise<string | undefined> {
  const decisions = await decisionsOn(event.commitId);
  return decisions.find(
    (each) =>
      each.started &&
      each.pipelineName === pipelineName &&
      each.action === action &&
      each.event === describe(event) &&
      (isFound || each.found),
  )?.run;
}

/** Tells the starts of one request apart. */
function partOf({ place }: Heard, start: number): string {
  return place === 0 ? `${start}` : `${place}.${start}`;
}

function triggerOf({ arn, kind }: Connection, event: GitEvent): Trigger {
  const { repository, commitId, commitMessage, authorId, authorName, authorEmail, authorDate } = event;
  const author = { authorId, authorName, authorEmail, authorDate };
  const told = Object.fromEntries(Object.entries(author).filter(([, value]) => value !== undefined));
  const git = { providerType: kind, connectionArn: arn, repository, commitId, commitMessage, ...told };
  return { type: 'WebhookV2', detail: arn, git: { ...git, ...refOf(event) } };
}

function refOf(event: GitEvent): Pick<NonNullable<Trigger['git']>, 'branch' | 'tag' | 'pullRequest'> {
  if (event.type === 'TagPush') return { tag: event.tag };
  if (event.type === 'BranchPush') return { branch: event.branch };
  const { id, event: what, destinationBranch, branch } = event;
  return { branch, pullRequest: { id, event: what, destinationBranch } };
}

function decisionOf(
  { connection, event, isFound }: Heard,
  follower: Follower | undefined,
  { why, ...decided }: Pick<Decision, 'started' | 'run' | 'why'>,
  { now }: Given,
): Decision {
  return {
    id: timeOrderedId(now),
    at: now,
    revision: event.commitId,
    by: connection.arn,
    place: event.repository,
    event: describe(event),
    ...(follower ? { pipelineName: follower.pipelineName, action: follower.action } : {}),
    ...decided,
    ...(isFound ? { found: true, why: `found by comparing branch heads: ${why}` } : { why }),
  };
}
