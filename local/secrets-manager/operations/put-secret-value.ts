import { type Input, invalidParameter, list, refuse } from '../input.ts';
import type { Operation } from '../operation.ts';
import { liveSecret, secretArn } from '../secret-id.ts';
import { putVersion, readValue, readVersionId, stagesOf } from '../secret-value.ts';

/** PutSecretValue: a new version; the current one becomes the previous. */
export const putSecretValue: Operation = (input, { store, context, now }) => {
  refuse(input, ['RotationToken']);
  const secret = liveSecret(store, input, context);
  const value = readValue(input);
  if (value === undefined) throw invalidParameter('You must provide either SecretString or SecretBinary.');
  const id = readVersionId(input);
  putVersion(store, secret.name, { id, created: now, ...value }, readStages(input));
  store.change(secret.name, { changed: now });
  return {
    ARN: secretArn(secret, context),
    Name: secret.name,
    VersionId: id,
    VersionStages: stagesOf(store, secret.name, id),
  };
};

function readStages(input: Input): string[] {
  const stages = list(input, 'VersionStages') ?? ['AWSCURRENT'];
  return stages.map((stage) => {
    if (typeof stage === 'string' && stage.length >= 1 && stage.length <= 256) return stage;
    throw invalidParameter('A version stage has from 1 to 256 characters.');
  });
}
