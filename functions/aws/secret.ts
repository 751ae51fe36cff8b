import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const client = new SecretsManagerClient({});
const freshMillis = 60_000;
const known = new Map<string, { readonly value: Promise<string>; readonly until: number }>();

/** The text of a secret; `AWSPREVIOUS` is the one before its last rotation. Remembered for a minute. */
export function secretValue(id: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS' = 'AWSCURRENT'): Promise<string> {
  const key = `${stage} ${id}`;
  const found = known.get(key);
  if (found && found.until > Date.now()) return found.value;
  const value = fetchValue(id, stage);
  known.set(key, { value, until: Date.now() + freshMillis });
  value.catch(() => known.delete(key));
  return value;
}

async function fetchValue(id: string, stage: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
  if (SecretString === undefined) throw new Error(`Secret ${id} holds no text.`);
  return SecretString;
}
