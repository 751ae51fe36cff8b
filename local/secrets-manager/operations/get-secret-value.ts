import { ServiceError } from '../../service.ts';
import { boundedText, type Input, invalidRequest } from '../input.ts';
import { type Operation, seconds } from '../operation.ts';
import { liveSecret, secretArn } from '../secret-id.ts';
import { stagesOf } from '../secret-value.ts';
import type { Store, Version } from '../store.ts';

const DAY = 86_400_000;

/** GetSecretValue: by version id, by staging label, or the current one. */
export const getSecretValue: Operation = (input, { store, context, now }) => {
  const secret = liveSecret(store, input, context);
  const version = findVersion(store, secret.name, input);
  const today = now - (now % DAY);
  if (secret.accessed !== today) store.change(secret.name, { accessed: today });
  return {
    ARN: secretArn(secret, context),
    Name: secret.name,
    VersionId: version.id,
    ...(version.text === null
      ? { SecretBinary: Buffer.from(version.bytes ?? []).toString('base64') }
      : { SecretString: version.text }),
    VersionStages: stagesOf(store, secret.name, version.id),
    CreatedDate: seconds(version.created),
  };
};

function findVersion(store: Store, name: string, input: Input): Version {
  const id = boundedText(input, 'VersionId', 32, 64);
  const stage = boundedText(input, 'VersionStage', 1, 256) ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const staged = stage === undefined ? undefined : store.stages(name).get(stage);
  if (id !== undefined && stage !== undefined && staged !== id) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  const wanted = id ?? staged;
  const version = wanted === undefined ? undefined : store.version(name, wanted);
  if (version !== undefined) return version;
  const which = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
  const message = `Secrets Manager can't find the specified secret value for ${which}`;
  throw new ServiceError('ResourceNotFoundException', message);
}
