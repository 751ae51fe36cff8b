import { ServiceError, type StackContext } from '../service.ts';
import { boundedText, type Input, invalidParameter, invalidRequest } from './input.ts';
import type { Secret, Store } from './store.ts';

type Place = Pick<StackContext, 'partition' | 'region' | 'account'>;

export function secretArn({ name, suffix }: Pick<Secret, 'name' | 'suffix'>, place: Place): string {
  return `${arnPrefix(place)}${name}-${suffix}`;
}

/** Finds a secret by its name, its ARN, or its ARN without the six characters at the end. */
export function findSecret(store: Store, id: string, place: Place): Secret | undefined {
  if (!id.startsWith('arn:')) return store.secret(id);
  const prefix = arnPrefix(place);
  if (!id.startsWith(prefix)) return undefined;
  const rest = id.slice(prefix.length);
  const whole = store.secret(rest.slice(0, -7));
  return whole !== undefined && `${whole.name}-${whole.suffix}` === rest ? whole : store.secret(rest);
}

/** The secret that a request names, also one that is marked for deletion. */
export function namedSecret(store: Store, input: Input, place: Place): Secret {
  const id = boundedText(input, 'SecretId', 1, 2048);
  if (id === undefined) throw invalidParameter('You must provide a value for the SecretId parameter.');
  const secret = findSecret(store, id, place);
  if (secret === undefined) {
    throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret.`);
  }
  return secret;
}

/** As `namedSecret`; refuses one that is marked for deletion. */
export function liveSecret(store: Store, input: Input, place: Place): Secret {
  const secret = namedSecret(store, input, place);
  if (secret.deleted === null) return secret;
  throw invalidRequest(`You can't perform this operation on the secret because it was marked for deletion.`);
}

function arnPrefix({ partition, region, account }: Place): string {
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:`;
}
