import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { administrator } from '../../local/sample/connection.ts';
import { policy } from '../../local/sample/roles.ts';
import type { Stack } from '../../local/stack.ts';

/** Keys of a role that a person of the account would have. */
export async function keysOf(stack: Stack, name: string, ...statements: readonly object[]) {
  const Principal = { AWS: `arn:aws:iam::${stack.account}:root` };
  const trust = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
  const RoleArn = stack.putRole({ name, trust, policies: { own: policy(...statements) } });
  const sts = new STSClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** A statement that allows operations by their paths, such as `PutApprovalResult/web/Approve/*`. */
export function mayCall({ account, region }: Stack, ...paths: readonly string[]): object {
  const Resource = paths.map((path) => `arn:aws:execute-api:${region}:${account}:*/$default/POST/${path}`);
  return { Effect: 'Allow', Action: 'execute-api:Invoke', Resource };
}
