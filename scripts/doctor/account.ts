import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { type ClientOptions, clientOptions } from '../account/client-options.ts';

/** An account of AWS, or a local stack, as the caller's credentials see it. */
export interface Account {
  readonly options: ClientOptions;
  readonly cloudFormation: CloudFormationClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  /** Asks once and keeps the answer: several actions need the same role, bucket or key. */
  once<T>(key: string, ask: () => Promise<T>): Promise<T>;
}

const onThisMachine = ['127.0.0.1', 'localhost'];

/** Reaches the account of the SDK's default credentials; at an endpoint of this machine without credentials, as the local stack's administrator. */
export async function openAccount(given: { region?: string; endpointUrl?: string }): Promise<Account> {
  const { endpointUrl, region = process.env['AWS_REGION'] } = given;
  const isLocal = endpointUrl !== undefined && onThisMachine.includes(new URL(endpointUrl).hostname);
  const options = await clientOptions({
    ...(region ? { region } : {}),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    isAdministrator: isLocal && !process.env['AWS_ACCESS_KEY_ID'],
  });
  const known = new Map<string, Promise<unknown>>();
  return {
    options,
    cloudFormation: new CloudFormationClient(options),
    iam: new IAMClient(options),
    kms: new KMSClient(options),
    once<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const found = known.get(key) ?? ask();
      known.set(key, found);
      return found as Promise<T>;
    },
  };
}
