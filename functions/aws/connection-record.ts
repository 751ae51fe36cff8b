import type { Connection } from '../domain/connection.ts';
import { list, read, type Write } from './table.ts';

/** Reads a connection by its id; undefined when there is none. */
export async function readConnection(id: string): Promise<Connection | undefined> {
  return (await read({ pk: `CONNECTION#${id}`, sk: 'CONNECTION' })) as Connection | undefined;
}

/** A source action that follows a branch behind a connection. */
export interface Follower {
  readonly pipelineId: string;
  readonly pipelineName: string;
  readonly action: string;
  readonly branch: string;
}

const most = 1000;

/** The source actions that follow a repository behind a connection, of all pipelines; a thousand at most. */
export async function listFollowers(connection: string, repository: string): Promise<readonly Follower[]> {
  const { items } = await list(followersOf(connection, repository), '', { limit: most });
  return items as unknown as readonly Follower[];
}

/** The write by which a source action follows a repository. */
export function putFollower(connection: string, repository: string, follower: Follower): Write {
  return { put: { pk: followersOf(connection, repository), sk: sortKey(follower), ...follower } };
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
