import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { openIam } from '../../../local/iam/iam.ts';
import type { ResourceValues, StackContext } from '../../../local/service.ts';

const context: StackContext = {
  account: '123456789012',
  region: 'eu-west-1',
  partition: 'aws',
  endpoint: 'http://127.0.0.1:1',
  dir: '/nowhere',
  clock: new TurnableClock(),
};
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } as const;
const document = { Version: '2012-10-17', Statement: [allow] };
const trust = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};

function iam() {
  const opened = openIam(context);
  const make = (type: string, logicalId: string, properties: object): ResourceValues => {
    const handler = opened.resources[type];
    if (handler === undefined) throw new Error(type);
    return handler({ type, logicalId, name: `demo-${logicalId}-1`, properties }) as ResourceValues;
  };
  return { ...opened, make };
}

test('a role is known by its name, its ARN with the path, and its id', () => {
  const { make, roles } = iam();

  const { ref, attributes } = make('AWS::IAM::Role', 'R', { AssumeRolePolicyDocument: trust, Path: '/app/x/' });

  const arn = 'arn:aws:iam::123456789012:role/app/x/demo-R-1';
  expect(ref).toBe('demo-R-1');
  expect(attributes).toEqual({ Arn: arn, RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) });
  expect(roles().get(arn)).toEqual({
    arn,
    id: attributes['RoleId'],
    name: 'demo-R-1',
    path: '/app/x/',
    trust: { Version: '2012-10-17', Statement: [trust.Statement] },
    policies: [],
    permissionsBoundary: undefined,
    maxSessionSeconds: 3600,
  });
});

test("a role has the policies that are declared in it, beside it and for it, and AWS's by name", () => {
  const { make, roles } = iam();
  const mine = make('AWS::IAM::ManagedPolicy', 'Mine', { PolicyDocument: document, Path: '/p/' });
  const role = make('AWS::IAM::Role', 'R', {
    RoleName: 'deployer',
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'inline', PolicyDocument: document }],
    ManagedPolicyArns: [mine.ref, 'arn:aws:iam::aws:policy/AdministratorAccess'],
    MaxSessionDuration: 7200,
    PermissionsBoundary: mine.ref,
  });
  make('AWS::IAM::Policy', 'Apart', { PolicyName: 'apart', PolicyDocument: document, Roles: [role.ref, 'another'] });

  const found = roles().get('arn:aws:iam::123456789012:role/deployer');

  expect(mine.ref).toBe('arn:aws:iam::123456789012:policy/p/demo-Mine-1');
  expect(found?.policies).toEqual([
    { name: 'inline', document },
    { name: 'demo-Mine-1', document },
    {
      name: 'AdministratorAccess',
      document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    },
    { name: 'apart', document },
  ]);
  expect(found).toMatchObject({
    permissionsBoundary: { name: 'demo-Mine-1', document },
    maxSessionSeconds: 7200,
  });
});

test('a role that is made again is the same role with its new policies', () => {
  const { make, roles } = iam();
  const first = make('AWS::IAM::Role', 'R', { AssumeRolePolicyDocument: trust });

  const second = make('AWS::IAM::Role', 'R', {
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'p', PolicyDocument: document }],
  });

  expect(second).toEqual(first);
  expect([...roles().values()].map(({ policies }) => policies.length)).toEqual([1]);
});

test.each([
  ['AWS::IAM::Role', {}, 'AssumeRolePolicyDocument of X: is not a policy document'],
  ['AWS::IAM::Role', { AssumeRolePolicyDocument: trust, Path: 'app' }, 'The Path app of X'],
  ['AWS::IAM::Role', { AssumeRolePolicyDocument: trust, Owner: 'me' }, 'does not know Owner of X'],
  [
    'AWS::IAM::Policy',
    { PolicyDocument: { Statement: [{ ...allow, Effect: 'Maybe' }] } },
    "Effect: 'Maybe' is to be Allow or Deny",
  ],
  ['AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Effect: 'Allow' }] } }, 'Action: is missing'],
  ['AWS::IAM::Policy', { PolicyDocument: { Statement: [{ ...allow, Actions: 'x' }] } }, "'Actions' is not an element"],
  ['AWS::IAM::ManagedPolicy', { PolicyDocument: document, Users: [] }, 'does not know Users of X'],
  ['AWS::KMS::Key', { KeyPolicy: {} }, 'KeyPolicy of X, statement 1: is not a statement'],
  ['AWS::KMS::Alias', { AliasName: 'mine', TargetKeyId: 'k' }, 'begins with alias/'],
])('%s with %j is refused', (type, properties, message) => {
  expect(() => iam().make(type, 'X', properties)).toThrow(message);
});

test('a key and its alias are known by their names', () => {
  const { make, key: find } = iam();
  const KeyPolicy = { Version: '2012-10-17', Statement: [{ ...allow, Action: 'kms:*', Principal: '*' }] };

  const key = make('AWS::KMS::Key', 'K', { EnableKeyRotation: true, KeyPolicy });
  const alias = make('AWS::KMS::Alias', 'A', { AliasName: 'alias/app', TargetKeyId: key.ref });

  expect(key.ref).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(key.attributes).toEqual({ Arn: `arn:aws:kms:eu-west-1:123456789012:key/${key.ref}`, KeyId: key.ref });
  expect(alias.ref).toBe('alias/app');
  expect(iam().make('AWS::KMS::Key', 'K', {})).toEqual(key);
  const found = ['alias/app', key.ref, key.attributes['Arn'] ?? ''].map((name) => find(name)?.policy);
  expect(found).toEqual([KeyPolicy, KeyPolicy, KeyPolicy]);
});
