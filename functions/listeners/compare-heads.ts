import { type ComparedFollower, dueFollowers, noteHeads, readConnection } from '../aws/connection-record.ts';
import { decisionsOn } from '../aws/decision-record.ts';
import { askHeads, type HeadsAnswer } from '../aws/functions.ts';
import { askedBranch, type BranchHead, known, moved } from '../domain/branch-head.ts';
import type { Connection } from '../domain/connection.ts';
import type { BranchPush } from '../domain/git-event.ts';
import { describe } from '../domain/judge-event.ts';
import { type Given, timeOrderedId } from '../lambda/given.ts';
import { logger } from '../lambda/logger.ts';
import { startFor } from './git-events.ts';
import type { Swept } from './poll-sources.ts';
import { sweeperAsker } from './recorded-start.ts';

const quarter = 15 * 60_000;
const hour = 60 * 60_000;
/** A push that is on its way is told of by then. */
const grace = 2 * 60_000;
const reserveMillis = 40_000;

type Ask = (connection: string, repository: string, branch?: string) => Promise<HeadsAnswer>;

/**
 * Compares the branches that are followed with where they were a quarter of an hour before: what moved, and nobody has told of at a second
 * look, is taken as the push that got lost. A host is asked once for all that follow the same.
 */
export async function compareHeads(given: Given): Promise<Swept> {
  const answers = new Map<string, Promise<HeadsAnswer>>();
  const ask: Ask = (connection, repository, branch) => {
    const key = JSON.stringify([connection, repository, branch]);
    const heads = branch === undefined ? {} : { branch };
    const answer = answers.get(key) ?? askHeads({ connection, repository, heads });
    answers.set(key, answer);
    return answer;
  };
  let looked = 0;
  let failed = 0;
  for (const compared of await dueFollowers(given.now)) {
    if (given.remainingMillis() < reserveMillis) break;
    looked++;
    try {
      await compare(compared, ask, given);
    } catch (error) {
      failed++;
      const { repository, follower } = compared;
      logger.error('Branches could not be compared', {
        repository,
        pipeline: follower.pipelineName,
        error: error as Error,
      });
      await noteHeads(compared, compared, given.now + quarter);
    }
  }
  return { looked, failed };
}

async function compare(compared: ComparedFollower, ask: Ask, given: Given): Promise<void> {
  const { follower, connection: id, repository, heads: before, unheard = {} } = compared;
  const connection = await readConnection(id);
  if (connection?.api === undefined) return void (await noteHeads(compared, compared, given.now + hour));
  const answer = await ask(id, repository, askedBranch(follower));
  if ('unknown' in answer) {
    logger.info('Branches are not known', { repository, why: answer.unknown });
    return void (await noteHeads(compared, compared, given.now + hour));
  }
  const left: BranchHead[] = [];
  for (const head of moved(answer.heads, before)) {
    const event = pushTo(head, compared);
    if (await isHeard(event, compared)) continue;
    if (unheard[head.branch] === head.commit) await takeLost({ connection, event, compared }, ask, given);
    else left.push(head);
  }
  const heads = known(answer.heads, before, left);
  const waiting = Object.fromEntries(left.map(({ branch, commit }) => [branch, commit]));
  await noteHeads(compared, { heads, unheard: waiting }, given.now + (left.length > 0 ? grace : quarter));
}

function pushTo({ branch, commit, message }: BranchHead, { repository, heads = {} }: ComparedFollower): BranchPush {
  const base = Object.hasOwn(heads, branch) ? heads[branch] : undefined;
  const unknown = 'nobody told of the push';
  return {
    type: 'BranchPush',
    repository,
    branch,
    commitId: commit,
    commitMessage: message ?? '',
    isNewBranch: base === undefined,
    files: base === undefined ? { unknown } : { unknown, ask: { base, head: commit } },
  };
}

/** Whether something was decided about the push for this source action: then it was told of. */
async function isHeard(event: BranchPush, { follower }: ComparedFollower): Promise<boolean> {
  const decisions = await decisionsOn(event.commitId);
  return decisions.some(
    ({ pipelineName, action, event: told }) =>
      pipelineName === follower.pipelineName && action === follower.action && told === describe(event),
  );
}

interface Lost {
  readonly connection: Connection;
  readonly event: BranchPush;
  readonly compared: ComparedFollower;
}

async function takeLost({ connection, event, compared }: Lost, ask: Ask, given: Given): Promise<void> {
  const { branch, commitId } = event;
  const told = event.commitMessage === '' ? await messageOf(event, compared, ask) : event;
  const asker = sweeperAsker(timeOrderedId(given.now));
  const heard = { connection, event: told, token: `heads ${branch} ${commitId}`, asker, place: 0, isFound: true };
  await startFor(heard, [compared.follower], given);
}

/** A list of branches may say nothing of their commits (GitHub). */
async function messageOf(
  event: BranchPush,
  { connection, repository }: ComparedFollower,
  ask: Ask,
): Promise<BranchPush> {
  const answer = await ask(connection, repository, event.branch);
  const head = 'heads' in answer ? answer.heads.find(({ commit }) => commit === event.commitId) : undefined;
  return { ...event, commitMessage: head?.message ?? '' };
}
