import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { type IamService, openIamService } from '../../../local/iam/service.ts';
import { call, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
const account = 'arn:aws:iam::000000000000:root';
const key = 'arn:aws:kms:us-east-1:000000000000:key/1';
const other = 'arn:aws:iam::000000000000:role/other';
const object = 'arn:aws:s3:::artifacts/one.zip';

let dir: string;
let iam: IamService;
let role: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-iam-'));
  iam = openIamService({ ...place, dir, clock: new TurnableClock() });
  role = put(
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::artifacts/*' },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: key },
    { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: other },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' },
    { Effect: 'Deny', Action: 's3:PutObject', Resource: 'arn:aws:s3:::artifacts/locked/*' },
  );
});
afterEach(async () => {
  await iam.close();
  rmSync(dir, { recursive: true });
});

function put(...Statement: readonly object[]): string {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: account } }],
  };
  return iam.putRole({ name: 'pipeline', trust, policies: { run: { Version: '2012-10-17', Statement } } });
}

async function simulate(parameters: Readonly<Record<string, string>>): Promise<string> {
  const form = new URLSearchParams({ Action: 'SimulatePrincipalPolicy', PolicySourceArn: role, ...parameters });
  const request = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    caller: root,
    requestId: 'r',
  };
  const { body } = await iam.handle({ ...request, body: Readable.from([Buffer.from(String(form))]) });
  return String(body);
}

const decisionsIn = (xml: string) => [...xml.matchAll(/<EvalDecision>(\w+)</g)].map(([, decision]) => decision);
const ask = async (action: string, resource: string, more = {}) =>
  decisionsIn(await simulate({ 'ActionNames.member.1': action, 'ResourceArns.member.1': resource, ...more }));

test.each([
  ['s3:GetObject', object, 'allowed'],
  ['s3:GetObject', 'arn:aws:s3:::elsewhere/one.zip', 'implicitDeny'],
  ['s3:PutObject', 'arn:aws:s3:::artifacts/locked/one.zip', 'explicitDeny'],
  ['s3:PutObject', 'arn:aws:s3:::artifacts/one.zip', 'allowed'],
  ['s3:GetObjectVersion', object, 'implicitDeny'],
])('%s on %s is %s', async (action, resource, decision) => {
  expect(await ask(action, resource)).toEqual([decision]);
});

test.each([
  ['kms:Decrypt', key, 'allowed'],
  ['kms:GenerateDataKey', key, 'implicitDeny'],
  ['sts:AssumeRole', other, 'allowed'],
  ['sts:TagSession', other, 'allowed'],
  ['sts:AssumeRole', 'arn:aws:iam::000000000000:role/third', 'implicitDeny'],
  ['sts:AssumeRole', 'arn:aws:iam::111122223333:role/other', 'implicitDeny'],
])('the policy of what is acted on does not count: %s on %s is %s', async (action, resource, decision) => {
  expect(await ask(action, resource)).toEqual([decision]);
});

test('each action is judged on each resource, in order', async () => {
  const xml = await simulate({
    'ActionNames.member.1': 's3:GetObject',
    'ActionNames.member.2': 's3:PutObject',
    'ResourceArns.member.1': object,
    'ResourceArns.member.2': 'arn:aws:s3:::elsewhere/one.zip',
  });

  expect(decisionsIn(xml)).toEqual(['allowed', 'implicitDeny', 'allowed', 'allowed']);
  expect(xml).toContain(`<EvalResourceName>${object}</EvalResourceName>`);
  expect(xml).toContain('<SourcePolicyId>run</SourcePolicyId>');
});

test('conditions are judged by the context that is given', async () => {
  const StringEquals = { 'iam:PassedToService': 'codebuild.amazonaws.com' };
  role = put({ Effect: 'Allow', Action: 'iam:PassRole', Resource: other, Condition: { StringEquals } });
  const entry = (service: string) => ({
    'ContextEntries.member.1.ContextKeyName': 'iam:PassedToService',
    'ContextEntries.member.1.ContextKeyType': 'string',
    'ContextEntries.member.1.ContextKeyValues.member.1': service,
  });

  const [to, elsewhere, nowhere] = [
    await ask('iam:PassRole', other, entry('codebuild.amazonaws.com')),
    await ask('iam:PassRole', other, entry('ec2.amazonaws.com')),
    await ask('iam:PassRole', other),
  ];

  expect([to, elsewhere, nowhere]).toEqual([['allowed'], ['implicitDeny'], ['implicitDeny']]);
});

test('a list in the context is one', async () => {
  const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['pipeline', 'run'] } };
  role = put({ Effect: 'Allow', Action: 'sts:TagSession', Resource: other, Condition });
  const entry = (second: string) => ({
    'ContextEntries.member.1.ContextKeyName': 'aws:TagKeys',
    'ContextEntries.member.1.ContextKeyType': 'stringList',
    'ContextEntries.member.1.ContextKeyValues.member.1': 'pipeline',
    'ContextEntries.member.1.ContextKeyValues.member.2': second,
  });

  expect(await ask('sts:TagSession', other, entry('run'))).toEqual(['allowed']);
  expect(await ask('sts:TagSession', other, entry('team'))).toEqual(['implicitDeny']);
});

test.each([
  [{ PolicySourceArn: 'arn:aws:iam::000000000000:role/none' }, 'NoSuchEntity'],
  [{ PolicySourceArn: 'arn:aws:iam::000000000000:user/me' }, 'InvalidInput'],
  [{ 'ActionNames.member.1': 's3:GetObjects' }, 'InvalidInput'],
  [{ 'ResourceArns.member.1': 'arn:aws:s3:::artifacts' }, 'InvalidInput'],
  [{ ResourcePolicy: '{}' }, 'ValidationError'],
  [{ 'PolicyInputList.member.1': '{}' }, 'ValidationError'],
])('%j is refused with %s', async (parameters, code) => {
  const good = { 'ActionNames.member.1': 's3:GetObject', 'ResourceArns.member.1': object };

  await expect(simulate({ ...good, ...parameters })).rejects.toMatchObject({ name: code });
});

test('a simulation without actions is refused', async () => {
  await expect(simulate({})).rejects.toMatchObject({ name: 'ValidationError' });
});

test('who simulates is judged on the role', () => {
  const body = String(new URLSearchParams({ Action: 'SimulatePrincipalPolicy', PolicySourceArn: role }));

  const asked = iam.access(call({ body }));

  expect(asked).toEqual([{ action: 'iam:SimulatePrincipalPolicy', resource: role }]);
});

test('of a role with a boundary it is told whether that allows', async () => {
  const boundary = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: account } }],
  });
  const parameters = { RoleName: 'bound', AssumeRolePolicyDocument: trust, PermissionsBoundary: boundary };
  const form = new URLSearchParams({ Action: 'CreateRole', ...parameters });
  const request = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    caller: root,
    requestId: 'r',
  };
  await iam.handle({ ...request, body: Readable.from([Buffer.from(String(form))]) });
  role = 'arn:aws:iam::000000000000:role/bound';
  const within = (xml: string) => /<AllowedByPermissionsBoundary>(\w+)</.exec(xml)?.[1];

  const outside = await simulate({ 'ActionNames.member.1': 's3:GetObject', 'ResourceArns.member.1': object });
  const stream = 'arn:aws:logs:us-east-1:000000000000:log-group:one:log-stream:two';
  const inside = await simulate({ 'ActionNames.member.1': 'logs:PutLogEvents', 'ResourceArns.member.1': stream });

  expect([within(outside), within(inside)]).toEqual(['false', 'true']);
  expect([decisionsIn(outside), decisionsIn(inside)]).toEqual([['implicitDeny'], ['implicitDeny']]);
});
