import type { Connection } from '../domain/connection.ts';
import type { GitFilters } from '../domain/declaration.ts';
import { type Item, type Key, list, read, type Write } from './table.ts';

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

const most = 1000;

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

function followerFrom({ filters, ...rest }: Item): Follower {
  return { ...rest, ...(filters === undefined ? {} : { filters: JSON.parse(String(filters)) }) } as unknown as Follower;
}

/** The write by which a source action follows a repository. */
export function putFollower(connection: string, repository: string, { filters, ...rest }: Follower): Write {
  const kept = filters ? { filters: JSON.stringify(filters) } : {};
  return { put: { pk: followersOf(connection, repository), sk: sortKey(rest), ...rest, ...kept } };
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
