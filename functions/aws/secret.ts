import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';
type Text = string | undefined;

const client = new SecretsManagerClient({});
const freshMillis = 60_000;
const known = new Map<string, { readonly value: Promise<Text>; readonly until: number }>();

/** The text of a secret. Remembered for a minute. */
export async function secretValue(id: string): Promise<string> {
  const value = await remembered(id, 'AWSCURRENT');
  if (value === undefined) throw new Error(`There is no secret ${id}.`);
  return value;
}

/** The text of a secret before its last rotation; undefined when there was none. Remembered for a minute, that there is none too. */
export function previousSecretValue(id: string): Promise<string | undefined> {
  return remembered(id, 'AWSPREVIOUS');
}

/** Any failure but that there is no such value is the caller's, and is not remembered. */
function remembered(id: string, stage: Stage): Promise<Text> {
  const key = `${stage} ${id}`;
  const found = known.get(key);
  if (found && found.until > Date.now()) return found.value;
  const value = fetchValue(id, stage);
  known.set(key, { value, until: Date.now() + freshMillis });
  value.catch(() => known.delete(key));
  return value;
}

async function fetchValue(id: string, stage: Stage): Promise<Text> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    if (SecretString === undefined) throw new Error(`Secret ${id} holds no text.`);
    return SecretString;
  } catch (error) {
    if (stage === 'AWSPREVIOUS' && (error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
