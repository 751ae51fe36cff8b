import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { openSecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { jsonCall, operationsIn, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
const dir = mkdtempSync(join(tmpdir(), 'sluice-secrets-access-'));
const clock = new TurnableClock();
const secrets = openSecretsManager({ ...place, dir, clock });
const key = 'arn:aws:kms:us-east-1:000000000000:key/k';
let arn = '';

beforeAll(async () => {
  const Tags = [{ Key: 'team', Value: 'red' }];
  const input = { Name: 'app/token', SecretString: 'x', KmsKeyId: key, Tags, ClientRequestToken: 'a'.repeat(32) };
  const { body } = await secrets.handle({
    ...{ method: 'POST', path: '/', query: new URLSearchParams(), caller: root, requestId: 'r' },
    headers: { 'x-amz-target': 'secretsmanager.CreateSecret' },
    body: Readable.from([Buffer.from(JSON.stringify(input))]),
  });
  arn = JSON.parse(String(body)).ARN;
});
afterAll(async () => {
  await secrets.close();
  clock.close();
  rmSync(dir, { recursive: true });
});

const read = (operation: string, input: object) => secrets.access(jsonCall(`secretsmanager.${operation}`, input));
const asked = (operation: string, input: object) =>
  read(operation, input).map(({ action, resource }) => `${action.replace('secretsmanager:', '')} ${resource}`);

test('a secret is judged by its whole ARN, however it is named, and its key by the caller', () => {
  const wanted = [`GetSecretValue ${arn}`, `kms:Decrypt ${key}`];

  expect(arn).toMatch(/:secret:app\/token-\w{6}$/);
  expect(asked('GetSecretValue', { SecretId: 'app/token' })).toEqual(wanted);
  expect(asked('GetSecretValue', { SecretId: arn })).toEqual(wanted);
  expect(asked('GetSecretValue', { SecretId: arn.slice(0, -7) })).toEqual(wanted);
});

test('writes generate a key for data; a change of the description alone does not', () => {
  const both = [`kms:GenerateDataKey ${key}`, `kms:Decrypt ${key}`];

  expect(asked('PutSecretValue', { SecretId: arn, SecretString: 'y' })).toEqual([`PutSecretValue ${arn}`, ...both]);
  expect(asked('UpdateSecret', { SecretId: arn, Description: 'd' })).toEqual([`UpdateSecret ${arn}`]);
  expect(asked('CreateSecret', { Name: 'new' })).toEqual([
    'CreateSecret arn:aws:secretsmanager:us-east-1:000000000000:secret:new',
  ]);
});

test('a request tells the tags of the secret, its version and its stage', () => {
  const [get] = read('GetSecretValue', { SecretId: 'app/token', VersionStage: 'AWSCURRENT' });

  expect(get?.context).toEqual({
    'secretsmanager:SecretId': arn,
    'secretsmanager:VersionStage': 'AWSCURRENT',
    'aws:ResourceTag/team': 'red',
    'secretsmanager:ResourceTag/team': 'red',
  });
});

test('every operation asks for something', () => {
  const operations = operationsIn('secrets-manager/secrets-manager.ts');

  expect(operations).toContain('RestoreSecret');
  for (const operation of operations) expect(asked(operation, { SecretId: arn }), operation).not.toEqual([]);
});
