import { ServiceError } from '../../service.ts';
import { type Input, invalidParameter, refuse, text } from '../input.ts';
import { checkGroupName } from '../names.ts';
import type { Operation } from '../operation.ts';

/** CreateLogGroup. Its log group class is always STANDARD. */
export const createLogGroup: Operation = (input, { store, now }) => {
  refuse(input, ['deletionProtectionEnabled']);
  const name = checkGroupName(text(input, 'logGroupName'));
  const groupClass = text(input, 'logGroupClass') ?? 'STANDARD';
  if (groupClass !== 'STANDARD')
    throw invalidParameter(`The local stack has log groups of class STANDARD, not ${groupClass}.`);
  if (store.group(name) !== undefined) {
    throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  store.addGroup(name, now, text(input, 'kmsKeyId') ?? null, JSON.stringify(readTags(input['tags'])));
  return {};
};

function readTags(tags: unknown): Readonly<Record<string, string>> {
  if (tags === undefined || tags === null) return {};
  const entries = Object.entries(tags as Input);
  if (entries.length <= 50 && entries.every(([, value]) => typeof value === 'string'))
    return Object.fromEntries(entries) as Record<string, string>;
  throw invalidParameter('tags must be at most 50 strings by key.');
}
