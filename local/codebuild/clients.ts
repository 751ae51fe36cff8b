import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../ports.ts';
import type { StackContext } from '../service.ts';

/** The services that a build uses, as its role: what the role may not do is refused there. */
export interface Clients {
  readonly s3: S3Client;
  readonly secretsManager: SecretsManagerClient;
}

export function makeClients(
  { endpoint, region }: StackContext,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Clients {
  const configuration = { endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken } };
  return {
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    secretsManager: new SecretsManagerClient(configuration),
  };
}

/** `NoSuchKey: The specified key does not exist.` */
export function awsMessage(error: unknown): string {
  const { name, message } = error as Error;
  return `${name}: ${message}`;
}
