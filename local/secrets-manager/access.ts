import {
  type AccessContext,
  type AccessReader,
  jsonMembers,
  keyAccess,
  type SignedCall,
  textMember,
} from '../access.ts';
import type { StackContext } from '../service.ts';
import { findSecret, secretArn } from './secret-id.ts';
import type { Store } from './store.ts';

type Members = Readonly<Record<string, unknown>>;
type KeyActions = Parameters<typeof keyAccess>[1];

/** By operation: what it does with the secret's key (Secrets Manager User Guide, "Secret encryption and decryption"). */
const KEY_ACTIONS: Readonly<Record<string, KeyActions>> = {
  CreateSecret: ['GenerateDataKey', 'Decrypt'],
  DeleteSecret: [],
  DescribeSecret: [],
  GetResourcePolicy: [],
  GetSecretValue: ['Decrypt'],
  ListSecretVersionIds: [],
  PutSecretValue: ['GenerateDataKey', 'Decrypt'],
  RestoreSecret: [],
  TagResource: [],
  UntagResource: [],
  UpdateSecret: ['GenerateDataKey', 'Decrypt'],
};

/** The operation that a request names. */
export function operationOf({ headers }: Pick<SignedCall, 'headers'>): string {
  return String(headers['x-amz-target']).replace(/^secretsmanager\./, '');
}

/** What a request to Secrets Manager asks for, with the secret's policy and key. A secret is judged by its whole ARN, however it is named. */
export function accessOf(context: StackContext, store: Store): AccessReader {
  return (call) => {
    const operation = operationOf(call);
    const action = `secretsmanager:${operation}`;
    if (operation === 'ListSecrets' || operation === 'GetRandomPassword') return [{ action, resource: '*' }];
    const keyActions = Object.hasOwn(KEY_ACTIONS, operation) ? KEY_ACTIONS[operation] : undefined;
    if (keyActions === undefined) return [];
    const input = jsonMembers(call);
    const id = textMember(input, operation === 'CreateSecret' ? 'Name' : 'SecretId');
    const secret = findSecret(store, id, context);
    const resource = secret === undefined ? unknownArn(context, id) : secretArn(secret, context);
    const key = textMember(input, 'KmsKeyId') || (secret?.kmsKeyId ?? undefined);
    const used = operation === 'UpdateSecret' && input['SecretString'] === undefined ? [] : keyActions;
    const asked = { action, resource, context: contextOf(operation, input, secret?.tags, resource) };
    return [
      { ...asked, policy: secret?.policy ?? undefined },
      ...keyAccess(key, used, 'secretsmanager', context.region, { SecretARN: resource }),
    ];
  };
}

function unknownArn({ account, partition, region }: StackContext, id: string): string {
  return id.startsWith('arn:') ? id : `arn:${partition}:secretsmanager:${region}:${account}:secret:${id}`;
}

function contextOf(operation: string, input: Members, tags = '[]', resource = ''): AccessContext {
  const own = (JSON.parse(tags) as readonly { Key: string; Value: string }[]).flatMap(({ Key, Value }) => [
    [`aws:ResourceTag/${Key}`, Value],
    [`secretsmanager:ResourceTag/${Key}`, Value],
  ]);
  const given = (Array.isArray(input['Tags']) ? input['Tags'] : []) as readonly { Key?: unknown; Value?: unknown }[];
  const members = ['VersionId', 'VersionStage', 'Name', 'KmsKeyId', 'Description'].filter(
    (name) => typeof input[name] === 'string',
  );
  return {
    ...(operation === 'CreateSecret' ? {} : { 'secretsmanager:SecretId': resource }),
    ...Object.fromEntries(own),
    ...Object.fromEntries(members.map((name) => [`secretsmanager:${name}`, String(input[name])])),
    ...Object.fromEntries(given.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, String(Value ?? '')])),
    ...(given.length > 0 ? { 'aws:TagKeys': given.map(({ Key }) => String(Key)) } : {}),
  };
}
