import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { type IamService, openIamService } from '../../../local/iam/service.ts';
import { call, operationsIn, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
const clock = new TurnableClock();
const principal = { AWS: 'arn:aws:iam::000000000000:root' };
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }],
};
const read = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
const arn = 'arn:aws:iam::000000000000:role/app/deployer';

let dir: string;
let iam: IamService;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-iam-'));
  iam = openIamService({ ...place, dir, clock });
});
afterEach(async () => {
  await iam.close();
  rmSync(dir, { recursive: true });
});

async function ask(Action: string, parameters: Record<string, string | object> = {}): Promise<string> {
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const body = String(new URLSearchParams([['Action', Action], ...(texts as [string, string][])]));
  const request = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    caller: root,
    requestId: 'r',
  };
  const { body: answer } = await iam.handle({ ...request, body: Readable.from([Buffer.from(body)]) });
  return String(answer);
}

const RoleName = 'deployer';
const make = () => ask('CreateRole', { RoleName, Path: '/app/', AssumeRolePolicyDocument: trust });

test('a role that is made has its policies, also after a restart', async () => {
  expect(await make()).toContain(`<Arn>${arn}</Arn>`);
  await ask('PutRolePolicy', { RoleName, PolicyName: 'read', PolicyDocument: read });
  await ask('AttachRolePolicy', { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });

  await iam.close();
  iam = openIamService({ ...place, dir, clock });

  expect(iam.role(arn)).toMatchObject({
    trust,
    policies: [{ name: 'read', document: read }, { name: 'AdministratorAccess' }],
  });
  expect(await ask('GetRole', { RoleName })).toContain(encodeURIComponent(JSON.stringify(trust)));
  expect(await ask('ListRolePolicies', { RoleName })).toContain('<member>read</member>');
});

test('policies go again, and then the role', async () => {
  await make();
  await ask('PutRolePolicy', { RoleName, PolicyName: 'read', PolicyDocument: read });

  await expect(ask('DeleteRole', { RoleName })).rejects.toMatchObject({ name: 'DeleteConflict' });
  await ask('DeleteRolePolicy', { RoleName, PolicyName: 'read' });
  await ask('DeleteRole', { RoleName });

  expect(iam.role(arn)).toBeUndefined();
  await expect(ask('GetRole', { RoleName })).rejects.toMatchObject({ name: 'NoSuchEntity' });
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a second role of a name', make, 'already exists'],
  [
    'an action that there is not',
    () =>
      ask('PutRolePolicy', {
        RoleName,
        PolicyName: 'p',
        PolicyDocument: JSON.stringify(read).replace('GetObject', 'GetObjekt'),
      }),
    'GetObjekt',
  ],
  ['a policy that is not JSON', () => ask('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: '{' }), 'Json'],
  [
    'a managed policy that nobody knows',
    () => ask('AttachRolePolicy', { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/Nothing' }),
    'whose text the local stack does not know',
  ],
  ['an operation that is not there', () => ask('CreateUser', { UserName: 'u' }), 'no IAM operation CreateUser'],
])('%s is refused, and nothing changes', async (_, work, message) => {
  await make();
  const before = iam.role(arn);

  await expect(work()).rejects.toThrow(message);

  expect(iam.role(arn)).toEqual(before);
});

test('a role of the template changes with the template alone', async () => {
  const properties = { RoleName: 'template', AssumeRolePolicyDocument: trust };
  await iam.resources['AWS::IAM::Role']?.({ type: 'AWS::IAM::Role', logicalId: 'R', name: 'r', properties });

  const put = ask('PutRolePolicy', { RoleName: 'template', PolicyName: 'p', PolicyDocument: read });

  await expect(put).rejects.toMatchObject({ name: 'UnmodifiableEntity' });
  expect(await ask('GetRole', { RoleName: 'template' })).toContain('role/template</Arn>');
});

test('a role of the template with a managed policy that nobody knows is refused', async () => {
  const ManagedPolicyArns = ['arn:aws:iam::aws:policy/Nothing'];
  const properties = { AssumeRolePolicyDocument: trust, ManagedPolicyArns };
  await iam.resources['AWS::IAM::Role']?.({ type: 'AWS::IAM::Role', logicalId: 'R', name: 'r', properties });

  expect(() => iam.roles()).toThrow('whose text the local stack does not know');
});

test('every operation asks for itself on the role that it names', async () => {
  await make();
  const operations = operationsIn('iam/service.ts');
  const asked = (Action: string) =>
    iam.access(call({ body: String(new URLSearchParams({ Action, RoleName, PolicySourceArn: arn })) }));

  expect(operations).toContain('DetachRolePolicy');
  for (const operation of operations) {
    const resource = operation === 'ListRoles' ? '*' : arn;
    expect(asked(operation), operation).toMatchObject([{ action: `iam:${operation}`, resource }]);
  }
});
