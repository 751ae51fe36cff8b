import { randomInt } from 'node:crypto';
import { ServiceError } from '../../service.ts';
import { boundedText, type Input, invalidParameter, invalidRequest, refuse } from '../input.ts';
import type { Desk, Operation } from '../operation.ts';
import { secretArn } from '../secret-id.ts';
import { putVersion, readValue, readVersionId } from '../secret-value.ts';
import type { Secret } from '../store.ts';
import { mergeTags, readTags } from '../tags.ts';

/** CreateSecret. The same request again (same token, same value) answers as the first did. */
export const createSecret: Operation = (input, { store, context, now }) => {
  refuse(input, ['AddReplicaRegions', 'ForceOverwriteReplicaSecret', 'Type']);
  const name = readName(input);
  const value = readValue(input);
  const id = readVersionId(input);
  const existing = store.secret(name);
  if (existing !== undefined && existing.deleted !== null) {
    const message = `You can't create this secret because a secret with this name is already scheduled for deletion.`;
    throw invalidRequest(message);
  }
  if (existing !== undefined && (value === undefined || store.version(name, id) === undefined)) {
    throw new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const secret = existing ?? addSecret(input, name, { store, context, now });
  if (value !== undefined) putVersion(store, name, { id, created: now, ...value }, ['AWSCURRENT']);
  return { ARN: secretArn(secret, context), Name: name, ...(value === undefined ? {} : { VersionId: id }) };
};

function addSecret(input: Input, name: string, { store, now }: Desk): Secret {
  const secret: Secret = {
    name,
    suffix: randomSuffix(),
    description: boundedText(input, 'Description', 0, 2048) ?? null,
    kmsKeyId: boundedText(input, 'KmsKeyId', 0, 2048) ?? null,
    created: now,
    changed: now,
    accessed: null,
    deleted: null,
    purge: null,
    tags: JSON.stringify(mergeTags([], readTags(input))),
    policy: null,
    template: null,
  };
  store.add(secret);
  return secret;
}

function readName(input: Input): string {
  const name = boundedText(input, 'Name', 1, 512);
  if (name !== undefined && /^[A-Za-z0-9/_+=.@-]+$/.test(name)) return name;
  throw invalidParameter(
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function randomSuffix(): string {
  return Array.from({ length: 6 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}
