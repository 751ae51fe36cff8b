import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Clients } from './clients.ts';
import { awsMessage } from './clients.ts';
import { PhaseFailure } from './failure.ts';

/** A reference to a secret: `id[:json-key[:version-stage[:version-id]]]`. */
interface SecretReference {
  readonly id: string;
  readonly key?: string;
  readonly stage?: string;
  readonly version?: string;
}

/** The colons of a secret's own ARN. */
const ARN_COLONS = 6;

/** Takes a reference apart; an ARN has colons of its own. */
export function readReference(text: string): SecretReference {
  const parts = text.split(':');
  const length = text.startsWith('arn:') ? ARN_COLONS + 1 : 1;
  const [key, stage, version] = parts.slice(length);
  return {
    id: parts.slice(0, length).join(':'),
    ...(key && { key }),
    ...(stage && { stage }),
    ...(version && { version }),
  };
}

/** Reads a secret, whole or one key of its JSON, as the build's role; failing is a `Decrypted Variables Error`. */
export async function readSecret(text: string, { secretsManager }: Clients, signal: AbortSignal): Promise<string> {
  const { id, key, stage, version } = readReference(text);
  const secret = await secretsManager
    .send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage, VersionId: version }), { abortSignal: signal })
    .catch((cause) => {
      throw failure(`${id}: ${awsMessage(cause)}`, cause);
    });
  if (secret.SecretString === undefined) throw failure(`${id}: the secret is binary.`);
  return key === undefined ? secret.SecretString : memberOf(secret.SecretString, key, id);
}

function memberOf(text: string, key: string, id: string): string {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    throw failure(`${id}: the secret is not JSON, so that it has no key ${key}.`);
  }
  const member =
    typeof members === 'object' && members !== null && Object.hasOwn(members, key)
      ? (members as Record<string, unknown>)[key]
      : undefined;
  if (member === undefined) throw failure(`${id}: the secret has no key ${key}.`);
  return typeof member === 'string' ? member : JSON.stringify(member);
}

function failure(message: string, cause?: unknown): PhaseFailure {
  return new PhaseFailure('Decrypted Variables Error', `Secrets Manager ${message}`, { cause });
}
