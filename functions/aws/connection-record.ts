import type { KnownHeads } from '../domain/branch-head.ts';
import type { Connection } from '../domain/connection.ts';
import type { GitFilters } from '../domain/declaration.ts';
import { due, type Item, type Key, list, openIn, read, readAll, update, type Write } from './table.ts';

/** Reads a connection by its id; undefined when there is none. */
export async function readConnection(id: string): Promise<Connection | undefined> {
  return (await read({ pk: `CONNECTION#${id}`, sk: 'CONNECTION' })) as Connection | undefined;
}

/** A source action that follows a branch behind a connection, or what the filters of its trigger let through. */
export interface Follower {
  readonly pipelineId: string;
  readonly pipelineName: string;
  readonly action: string;
  readonly branch: string;
  readonly filters?: GitFilters;
}

/** A follower whose branches are to be compared, with what is known of them. */
export interface ComparedFollower {
  readonly follower: Follower;
  readonly connection: string;
  readonly repository: string;
  /** Heads as they were last; absent before the first look. */
  readonly heads?: KnownHeads;
  /** Heads of which nobody had told when they were looked at last. */
  readonly unheard?: KnownHeads;
  /** JSON text of both, as it was read. */
  readonly read: string;
}

const most = 1000;
const partition = 'HEADS';
/** Of one sweep. */
const mostCompared = 200;
const firstLook = 60_000;

/** The source actions that follow a repository behind a connection, of all pipelines; a thousand at most. */
export async function listFollowers(connection: string, repository: string): Promise<readonly Follower[]> {
  const found: Follower[] = [];
  let after: Key | undefined;
  do {
    const limit = most - found.length;
    const { items, next } = await list(followersOf(connection, repository), '', { limit, ...(after ? { after } : {}) });
    found.push(...items.map(followerFrom));
    after = next;
  } while (after && found.length < most);
  return found;
}

function followerFrom({ filters, heads: _, open: __, nextCheckAt: ___, ...rest }: Item): Follower {
  return { ...rest, ...(filters === undefined ? {} : { filters: JSON.parse(String(filters)) }) } as unknown as Follower;
}

/** The write by which a source action follows a repository, of whose branches nothing is known yet. */
export function putFollower(
  connection: string,
  repository: string,
  { filters, ...rest }: Follower,
  now: number,
): Write {
  const kept = filters ? { filters: JSON.stringify(filters) } : {};
  const index = openIn(partition, now + firstLook);
  return { put: { pk: followersOf(connection, repository), sk: sortKey(rest), ...rest, ...kept, ...index } };
}

/** The write by which it follows it no longer. */
export function removeFollower(
  connection: string,
  repository: string,
  follower: Pick<Follower, 'pipelineId' | 'action'>,
): Write {
  return { remove: { pk: followersOf(connection, repository), sk: sortKey(follower) } };
}

function followersOf(connection: string, repository: string): string {
  return `SOURCE#${connection}#${repository}`;
}

function sortKey({ pipelineId, action }: Pick<Follower, 'pipelineId' | 'action'>): string {
  return `${pipelineId}#${action}`;
}

/** The followers whose branches are to be compared by `time`, the longest due first. */
export async function dueFollowers(time: number): Promise<readonly ComparedFollower[]> {
  const items = await readAll(await due(partition, time, mostCompared));
  return items.flatMap((item) => {
    if (item?.['nextCheckAt'] === undefined || Number(item['nextCheckAt']) > time) return [];
    const [, connection = '', ...repository] = String(item['pk']).split('#');
    const text = String(item['heads'] ?? '{}');
    const { heads, unheard } = JSON.parse(text) as Pick<ComparedFollower, 'heads' | 'unheard'>;
    const known = { ...(heads ? { heads } : {}), ...(unheard ? { unheard } : {}) };
    return [{ follower: followerFrom(item), connection, repository: repository.join('#'), ...known, read: text }];
  });
}

/** Keeps what is known after a look, unless the action follows something else by now or another look was quicker. */
export function noteHeads(
  { follower, connection, repository, read: before }: ComparedFollower,
  heads: Pick<ComparedFollower, 'heads' | 'unheard'>,
  nextCheckAt: number,
): Promise<boolean> {
  return update(
    { pk: followersOf(connection, repository), sk: sortKey(follower) },
    {
      UpdateExpression: 'SET heads = :heads, nextCheckAt = :next',
      ConditionExpression:
        'attribute_exists(pk) AND (heads = :before OR (attribute_not_exists(heads) AND :before = :none))',
      ExpressionAttributeValues: {
        ':heads': JSON.stringify(heads),
        ':next': nextCheckAt,
        ':before': before,
        ':none': '{}',
      },
    },
  );
}
