import { createHash, randomUUID } from 'node:crypto';
import type { Resource, ResourceValues } from '../service.ts';
import { type Input, text } from './input.ts';
import type { Desk } from './operation.ts';
import { createSecret } from './operations/create-secret.ts';
import { generatePassword } from './password.ts';
import { findSecret, secretArn } from './secret-id.ts';
import { putVersion } from './secret-value.ts';
import type { Secret } from './store.ts';
import { readTags } from './tags.ts';

const PROPERTIES = ['Name', 'Description', 'SecretString', 'GenerateSecretString', 'KmsKeyId', 'Tags'];

/**
 * `AWS::SecretsManager::Secret`. A value is generated once. As CloudFormation does, the value changes only when the template says
 * something else than at the last start: what was put since is kept.
 */
export function makeSecret({ name: ownName, logicalId, properties }: Resource, desk: Desk): ResourceValues {
  const given = (properties ?? {}) as Input;
  refuseOthers(logicalId, given);
  const name = text(given, 'Name') ?? ownName;
  const existing = desk.store.secret(name);
  if (existing === undefined) {
    createSecret(
      { Name: name, Description: given['Description'], KmsKeyId: given['KmsKeyId'], Tags: given['Tags'] },
      desk,
    );
  } else if (!upToDate(existing, given)) {
    const { Description = null, KmsKeyId = null } = given as { Description?: string; KmsKeyId?: string };
    const tags = JSON.stringify(readTags(given));
    desk.store.change(name, { description: Description, kmsKeyId: KmsKeyId, tags, deleted: null, purge: null });
  }
  applyValue(name, given, desk);
  return values(name, desk);
}

/** `AWS::SecretsManager::ResourcePolicy`: kept with its secret. */
export function makeResourcePolicy({ logicalId, properties }: Resource, desk: Desk): ResourceValues {
  const id = text(properties as Input, 'SecretId') ?? '';
  const secret = findSecret(desk.store, id, desk.context);
  if (secret === undefined) throw new Error(`${logicalId}: there is no secret '${id}'.`);
  const policy = JSON.stringify(properties.ResourcePolicy);
  if (secret.policy !== policy) desk.store.change(secret.name, { policy });
  return values(secret.name, desk);
}

function applyValue(name: string, given: Input, { store, now }: Desk): void {
  const { SecretString, GenerateSecretString } = given;
  const said = JSON.stringify({ SecretString, GenerateSecretString });
  const template = createHash('sha256').update(said).digest('hex');
  if (store.secret(name)?.template === template) return;
  const value = generated(GenerateSecretString as Input | undefined) ?? text(given, 'SecretString');
  if (value !== undefined) {
    putVersion(store, name, { id: randomUUID(), created: now, text: value, bytes: null }, ['AWSCURRENT']);
  }
  store.change(name, { template, changed: now });
}

function generated(rule: Input | undefined): string | undefined {
  if (rule === undefined) return undefined;
  const password = generatePassword(rule);
  const [template, key] = [text(rule, 'SecretStringTemplate'), text(rule, 'GenerateStringKey')];
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new Error('GenerateSecretString needs SecretStringTemplate and GenerateStringKey together, or neither.');
  }
  return JSON.stringify({ ...parseTemplate(template), [key]: password });
}

/** The parser's own message is not passed on: it quotes what it read. */
function parseTemplate(template: string): object {
  try {
    const parsed: unknown = JSON.parse(template);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {}
  throw new Error('SecretStringTemplate is not a JSON object.');
}

function upToDate(secret: Secret, given: Input): boolean {
  return (
    secret.deleted === null &&
    secret.description === (text(given, 'Description') ?? null) &&
    secret.kmsKeyId === (text(given, 'KmsKeyId') ?? null) &&
    secret.tags === JSON.stringify(readTags(given))
  );
}

function refuseOthers(logicalId: string, given: Input): void {
  const other = Object.keys(given).find((property) => !PROPERTIES.includes(property));
  if (other !== undefined)
    throw new Error(`${logicalId}: the local stack does not know the property ${other} of a secret.`);
  if (given['SecretString'] !== undefined && given['GenerateSecretString'] !== undefined) {
    throw new Error(`${logicalId}: a secret has SecretString or GenerateSecretString, not both.`);
  }
}

function values(name: string, { store, context }: Desk): ResourceValues {
  const secret = store.secret(name);
  if (secret === undefined) throw new Error(`The secret ${name} is gone.`);
  const arn = secretArn(secret, context);
  return { ref: arn, attributes: { Id: arn } };
}
