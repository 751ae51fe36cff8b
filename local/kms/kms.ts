import { type AccessReader, jsonMembers, textMember } from '../access.ts';
import { readBody, type Service, ServiceError, type StackContext } from '../service.ts';

/** A key that others declare: of it there is its policy, and nothing that encrypts. */
export interface KnownKey {
  readonly arn: string;
  readonly id: string;
  readonly policy: object;
}

/** Finds a key by its id, ARN or alias. */
export type FindKey = (name: string) => KnownKey | undefined;

type Operation = (key: KnownKey, input: Readonly<Record<string, unknown>>, context: StackContext) => object;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeKey: describeKey,
  GetKeyPolicy: getKeyPolicy,
};

/** KMS, as far as it tells of the template's keys. It encrypts nothing: a program that asks it to is told so. */
export function openKms(context: StackContext, find: FindKey): Service {
  return {
    signingName: 'kms',
    resources: {},
    access: accessOf(context, find),
    async handle({ headers, body }) {
      const name = operationOf(headers);
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) {
        const message = `The local stack has no KMS operation ${name}. Set AWS_ENDPOINT_URL_KMS to use another endpoint.`;
        throw new ServiceError('UnknownOperationException', message);
      }
      const input = jsonMembers({ body: await readBody(body) });
      const asked = textMember(input, 'KeyId');
      const key = find(asked);
      if (key === undefined) throw new ServiceError('NotFoundException', `Key '${asked}' does not exist`);
      const answer = JSON.stringify(operation(key, input, context));
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: answer };
    },
    close() {},
  };
}

function describeKey({ arn, id }: KnownKey, _: object, { account }: StackContext): object {
  const use = { Enabled: true, KeyState: 'Enabled', KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' };
  return {
    KeyMetadata: { AWSAccountId: account, Arn: arn, KeyId: id, KeyManager: 'CUSTOMER', Origin: 'AWS_KMS', ...use },
  };
}

function getKeyPolicy({ policy }: KnownKey, input: Readonly<Record<string, unknown>>): object {
  const name = textMember(input, 'PolicyName') || 'default';
  if (name !== 'default') throw new ServiceError('NotFoundException', `The key has no policy ${name}.`);
  return { Policy: JSON.stringify(policy), PolicyName: name };
}

function operationOf(headers: Readonly<Record<string, unknown>>): string {
  return String(headers['x-amz-target'] ?? '').replace(/^TrentService\./, '');
}

/** A key that there is not is asked for by the ARN that it would have. */
function accessOf({ account, partition, region }: StackContext, find: FindKey): AccessReader {
  return (call) => {
    const name = operationOf(call.headers);
    if (!Object.hasOwn(OPERATIONS, name)) return [];
    const asked = textMember(jsonMembers(call), 'KeyId');
    const named = asked.startsWith('arn:') ? asked : `arn:${partition}:kms:${region}:${account}:key/${asked}`;
    return [{ action: `kms:${name}`, resource: find(asked)?.arn ?? named }];
  };
}
