import { Refusal } from './refusal.ts';

/** A push to a branch, from a host's webhook. All texts are a stranger's. */
export interface Push {
  readonly repository: string;
  readonly branch: string;
  readonly commitId: string;
  readonly commitMessage: string;
  readonly authorId?: string;
  readonly authorName?: string;
  readonly authorEmail?: string;
  readonly authorDate?: string;
}

/** No host's names are so long. A key of the table holds 2,048 bytes, and a character has three at most. */
export const longestRepository = 600;

/** Reads a push as GitHub sends it; undefined when it is not to a branch, or deletes one. Refuses what is not a push. */
export function githubPush(payload: unknown): Push | undefined {
  const { ref, after, deleted, repository, head_commit: head } = record(payload, 'the payload');
  const fullName = record(repository, 'repository')['full_name'];
  if (typeof ref !== 'string' || typeof fullName !== 'string') throw missing('ref and repository.full_name');
  if (fullName.length > longestRepository) throw missing(`repository.full_name: it has ${fullName.length} characters`);
  if (!ref.startsWith('refs/heads/') || deleted === true) return undefined;
  if (typeof after !== 'string' || !/^[0-9a-f]{40,64}$/.test(after)) throw missing('after');
  const commit = head === null || head === undefined ? {} : record(head, 'head_commit');
  const author = commit['author'] === undefined ? {} : record(commit['author'], 'head_commit.author');
  return {
    repository: fullName,
    branch: ref.slice('refs/heads/'.length),
    commitId: after,
    commitMessage: text(commit['message'], messageLimit) ?? '',
    ...optional('authorId', text(author['username'])),
    ...optional('authorName', text(author['name'])),
    ...optional('authorEmail', text(author['email'])),
    ...optional('authorDate', text(commit['timestamp'])),
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw missing(name);
  return value as Record<string, unknown>;
}

const nameLimit = 256;
const messageLimit = 10_000;

function text(value: unknown, limit = nameLimit): string | undefined {
  return typeof value === 'string' ? value.slice(0, limit) : undefined;
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: string });
}

function missing(what: string): Refusal {
  return new Refusal('ValidationException', `The push has no valid ${what}.`);
}
