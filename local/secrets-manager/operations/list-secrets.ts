import { flag, type Input, integer, invalidParameter, list, refuse, text } from '../input.ts';
import { type Operation, tagsOf } from '../operation.ts';
import { page } from '../page.ts';
import type { Secret } from '../store.ts';
import { describe, versionStages } from './describe-secret.ts';

/** ListSecrets: by creation time, newest first unless `asc` is asked; with its filters. */
export const listSecrets: Operation = (input, desk) => {
  refuse(input, ['SortBy']);
  const filters = (list(input, 'Filters') ?? []).map((filter) => readFilter(filter as Input));
  const withDeleted = flag(input, 'IncludePlannedDeletion');
  const order = text(input, 'SortOrder') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw invalidParameter(`SortOrder must be asc or desc, not '${order}'.`);
  const found = desk.store
    .secrets()
    .filter((secret) => (withDeleted || secret.deleted === null) && filters.every((matches) => matches(secret)))
    .sort((a, b) => (a.created - b.created || (a.name < b.name ? -1 : 1)) * (order === 'asc' ? 1 : -1));
  const { items, NextToken } = page(found, text(input, 'NextToken'), integer(input, 'MaxResults', 1, 100) ?? 100);
  const SecretList = items.map((secret) => ({
    ...describe(secret, desk.context),
    SecretVersionsToStages: versionStages(secret, desk),
  }));
  return { SecretList, NextToken };
};

const FIELDS: Readonly<Record<string, (secret: Secret) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description ?? ''],
  'tag-key': (secret) => tagsOf(secret).map(({ Key }) => Key),
  'tag-value': (secret) => tagsOf(secret).map(({ Value }) => Value),
};

/** A filter matches when a field begins with one of its values; a value with an exclamation mark must not match. `all` looks into each word of all fields. */
function readFilter(filter: Input): (secret: Secret) => boolean {
  const key = text(filter, 'Key') ?? '';
  const values = (list(filter, 'Values') ?? []).map(String);
  if (key === 'all') return (secret) => values.some((value) => matches(wordsOf(secret), value, false));
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  if (field === undefined) {
    throw invalidParameter(
      `The local stack has no filter '${key}'. Set AWS_ENDPOINT_URL_SECRETS_MANAGER to use another endpoint.`,
    );
  }
  return (secret) => values.some((value) => matches(field(secret), value, key !== 'description'));
}

function wordsOf(secret: Secret): string[] {
  return Object.values(FIELDS).flatMap((field) => field(secret).flatMap((value) => value.split(/[^A-Za-z0-9]+/)));
}

function matches(fields: readonly string[], value: string, caseSensitive: boolean): boolean {
  const fold = (given: string) => (caseSensitive ? given : given.toLowerCase());
  const wanted = fold(value.replace(/^!/, ''));
  return fields.some((field) => fold(field).startsWith(wanted)) !== value.startsWith('!');
}
