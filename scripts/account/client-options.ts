import { STSClient } from '@aws-sdk/client-sts';
import { administrator } from '../../local/sample/connection.ts';

/** Keys of a caller, as the SDK's chain finds them. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every client of the SDK is made with. */
export interface ClientOptions {
  readonly region: string;
  /** Of every service; absent: AWS's. */
  readonly endpoint?: string;
  readonly credentials: () => Promise<Keys>;
}

/** Where an account is, and as whom it is reached. */
export interface Reach {
  readonly region?: string;
  readonly endpointUrl?: string;
  /** With the keys that a local stack has for its administrator; else with those that the SDK finds. */
  readonly isAdministrator: boolean;
}

/** Finds Region and credentials as the SDK does; a local stack's administrator has keys of his own, and is in us-east-1. */
export async function clientOptions({ region, endpointUrl, isAdministrator }: Reach): Promise<ClientOptions> {
  const { config } = new STSClient({
    ...(isAdministrator ? { credentials: administrator, region: 'us-east-1' } : {}),
    ...(region === undefined ? {} : { region }),
  });
  return {
    region: await config.region(),
    credentials: () => config.credentials(),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  };
}
