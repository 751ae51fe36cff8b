import { transaction } from '../database.ts';
import { readBody, type Service, ServiceError, type ServiceRequest, type StackContext } from '../service.ts';
import { accessOf, operationOf } from './access.ts';
import type { Input } from './input.ts';
import type { Desk, Operation } from './operation.ts';
import { createSecret } from './operations/create-secret.ts';
import { deleteSecret } from './operations/delete-secret.ts';
import { describeSecret } from './operations/describe-secret.ts';
import { getRandomPassword } from './operations/get-random-password.ts';
import { getResourcePolicy } from './operations/get-resource-policy.ts';
import { getSecretValue } from './operations/get-secret-value.ts';
import { listSecretVersionIds } from './operations/list-secret-version-ids.ts';
import { listSecrets } from './operations/list-secrets.ts';
import { putSecretValue } from './operations/put-secret-value.ts';
import { restoreSecret } from './operations/restore-secret.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateSecret } from './operations/update-secret.ts';
import { openStore } from './store.ts';
import { makeResourcePolicy, makeSecret } from './template-secret.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateSecret: createSecret,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetRandomPassword: getRandomPassword,
  GetResourcePolicy: getResourcePolicy,
  GetSecretValue: getSecretValue,
  ListSecretVersionIds: listSecretVersionIds,
  ListSecrets: listSecrets,
  PutSecretValue: putSecretValue,
  RestoreSecret: restoreSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecret: updateSecret,
};

/** Secrets Manager over `<dir>/secrets-manager`, whose database only its owner can read. No value is ever logged. */
export function openSecretsManager(context: StackContext): Service {
  const store = openStore(context);
  let timer: { cancel(): void } | undefined;
  purge();

  /** Removes the secrets whose recovery window has passed, and waits for the next. */
  function purge(): void {
    timer?.cancel();
    const marked = store.secrets().flatMap(({ name, purge: time }) => (time === null ? [] : [{ name, time }]));
    const now = context.clock.now();
    for (const { name, time } of marked) if (time <= now) store.remove(name);
    const next = Math.min(...marked.map(({ time }) => time).filter((time) => time > now));
    if (Number.isFinite(next)) timer = context.clock.at(next, purge);
  }

  function work<T>(act: (desk: Desk) => T): T {
    return transaction(store.database, () => act({ store, context, now: context.clock.now() }));
  }

  async function handle({ headers, body }: ServiceRequest) {
    const name = operationOf({ headers });
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) {
      const variable = 'AWS_ENDPOINT_URL_SECRETS_MANAGER';
      const message = `The local stack has no Secrets Manager operation ${name}. Set ${variable} to use another endpoint.`;
      throw new ServiceError('UnknownOperationException', message);
    }
    const input = readInput(await readBody(body));
    const answer = work((desk) => operation(input, desk));
    if (name === 'DeleteSecret' || name === 'RestoreSecret') purge();
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) };
  }

  return {
    signingName: 'secretsmanager',
    access: accessOf(context, store),
    handle,
    resources: {
      'AWS::SecretsManager::Secret': (resource) => work((desk) => makeSecret(resource, desk)),
      'AWS::SecretsManager::ResourcePolicy': (resource) => work((desk) => makeResourcePolicy(resource, desk)),
    },
    close() {
      timer?.cancel();
      store.close();
    },
  };
}

/** The parser's own message is not passed on: it quotes what it read. */
function readInput(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString() || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {}
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}
