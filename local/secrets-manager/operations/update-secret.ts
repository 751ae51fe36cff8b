import { boundedText, refuse } from '../input.ts';
import type { Operation } from '../operation.ts';
import { liveSecret, secretArn } from '../secret-id.ts';
import { putVersion, readValue, readVersionId } from '../secret-value.ts';

/** UpdateSecret: its description or key, and a new current version when a value is given. */
export const updateSecret: Operation = (input, { store, context, now }) => {
  refuse(input, ['Type']);
  const secret = liveSecret(store, input, context);
  const description = boundedText(input, 'Description', 0, 2048);
  const kmsKeyId = boundedText(input, 'KmsKeyId', 0, 2048);
  const value = readValue(input);
  const id = readVersionId(input);
  store.change(secret.name, {
    changed: now,
    ...(description === undefined ? {} : { description }),
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  });
  if (value !== undefined) putVersion(store, secret.name, { id, created: now, ...value }, ['AWSCURRENT']);
  return { ARN: secretArn(secret, context), Name: secret.name, ...(value === undefined ? {} : { VersionId: id }) };
};
