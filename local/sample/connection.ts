import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { StackContext } from '../service.ts';

/** Keys of the local administrator, as users of emulators expect. */
export const administrator = { accessKeyId: 'test', secretAccessKey: 'test' };

const id = '10ca1000-0000-4000-8000-000000000001';
export const webhookSecretName = 'sluice/local-git-webhook';

/** The one connection of a local stack: to its own git server. */
export function localConnection({
  endpoint,
  region,
  account,
  partition,
}: Pick<StackContext, 'endpoint' | 'region' | 'account' | 'partition'>) {
  const secret = async (): Promise<string> => {
    const client = new SecretsManagerClient({ endpoint, region, credentials: administrator });
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: webhookSecretName }));
    return SecretString ?? '';
  };
  return {
    record: {
      id,
      arn: `arn:${partition}:codeconnections:${region}:${account}:connection/${id}`,
      kind: 'GitHub',
      host: `${endpoint}/git`,
      webhookSecret: webhookSecretName,
    },
    webhook: { url: `${endpoint}/webhooks/${id}`, secret },
  };
}
