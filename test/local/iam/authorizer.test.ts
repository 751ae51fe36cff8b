import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { type KnownSession, openAuthorizer } from '../../../local/iam/authorizer.ts';
import { openIam } from '../../../local/iam/iam.ts';
import type { StackContext } from '../../../local/service.ts';

const account = '000000000000';
const context: StackContext = {
  ...{ account, region: 'us-east-1', partition: 'aws', endpoint: '', dir: '/nowhere' },
  clock: new TurnableClock(),
};
const admin = { arn: `arn:aws:iam::${account}:root`, account, accessKeyId: 'test' };
const caller = { arn: `arn:aws:sts::${account}:assumed-role/worker/s`, account, accessKeyId: 'ASIA' };
const roleArn = `arn:aws:iam::${account}:role/worker`;
const session: KnownSession = { arn: caller.arn, userId: 'AROA:s', roleArn, tags: { team: 'red' } };
const allow = (Action: string, Resource = '*', Condition?: object) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...(Condition ? { Condition } : {}),
});
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const trusting = (Service: string, Condition = {}) =>
  policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole', Condition });

interface Setting {
  readonly statements?: readonly object[];
  readonly session?: Partial<KnownSession>;
  readonly trust?: object;
  readonly keyPolicy?: object;
  readonly boundary?: string;
}

function authorizer({ statements = [], session: more = {}, trust, keyPolicy, boundary }: Setting = {}) {
  const iam = openIam(context);
  const make = (type: string, properties: object) =>
    iam.resources[type]?.({ type, logicalId: 'X', name: 'x', properties }) as { ref: string };
  make('AWS::IAM::Role', {
    RoleName: 'worker',
    AssumeRolePolicyDocument: trust ?? trusting('lambda.amazonaws.com'),
    Policies: statements.length === 0 ? [] : [{ PolicyName: 'own', PolicyDocument: policy(...statements) }],
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
  });
  const key = make('AWS::KMS::Key', keyPolicy === undefined ? {} : { KeyPolicy: keyPolicy });
  const opened = openAuthorizer(context, iam, (id) => (id === 'ASIA' ? { ...session, ...more } : undefined));
  const may = (action: string, resource: string, given: object = {}) =>
    opened.denialOf(caller, [{ action, resource, ...given }], '127.0.0.1')?.message;
  return { ...opened, key: `arn:aws:kms:us-east-1:${account}:key/${key.ref}`, may };
}

const object = 'arn:aws:s3:::b/k';

test("a role's session may what its role may, and is told by AWS's words what it may not", () => {
  const { may } = authorizer({ statements: [allow('s3:GetObject', 'arn:aws:s3:::b/*')] });

  expect(may('s3:GetObject', object)).toBeUndefined();
  expect(may('s3:PutObject', object)).toBe(
    `User: ${caller.arn} is not authorized to perform: s3:PutObject on resource: "${object}" because no identity-based policy allows the s3:PutObject action`,
  );
});

test('a policy of the resource admits and refuses', () => {
  const { may } = authorizer({ statements: [allow('s3:GetObject')] });
  const names = (Effect: string, Action: string) =>
    JSON.stringify(policy({ Effect, Action, Principal: { AWS: roleArn }, Resource: '*' }));

  expect(may('s3:PutObject', object, { policy: names('Allow', 's3:PutObject') })).toBeUndefined();
  expect(may('s3:GetObject', object, { policy: names('Deny', 's3:*') })).toContain(
    'with an explicit deny in a resource-based policy',
  );
});

test('a session policy and a boundary limit the role', () => {
  const statements = [allow('s3:*')];
  const limited = authorizer({ statements, session: { policy: JSON.stringify(policy(allow('s3:GetObject'))) } });
  const bounded = authorizer({
    statements,
    boundary: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  });

  expect(limited.may('s3:GetObject', object)).toBeUndefined();
  expect(limited.may('s3:PutObject', object)).toContain('no session policy allows');
  expect(bounded.may('s3:GetObject', object)).toContain('no permissions boundary allows');
});

test('tags of the session, the time, the Region and the transport are keys of the request', () => {
  const conditions = {
    StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:RequestedRegion': 'us-east-1', 'aws:userid': 'AROA:s' },
    Bool: { 'aws:SecureTransport': 'true' },
    DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
    IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
  };
  const statements = [allow('s3:GetObject', '*', conditions)];

  expect(authorizer({ statements }).may('s3:GetObject', object)).toBeUndefined();
  expect(authorizer({ statements, session: { tags: {} } }).may('s3:GetObject', object)).toBeDefined();
});

test('a key needs its own policy and, where that leaves it to the account, the identity too', () => {
  const statements = [allow('kms:Decrypt')];
  const principal = { AWS: `arn:aws:iam::${account}:root` };
  const own = policy({ Effect: 'Allow', Action: 'kms:*', Principal: { Service: 'sns.amazonaws.com' }, Resource: '*' });
  const via = policy({
    ...{ Effect: 'Allow', Action: 'kms:*', Principal: principal, Resource: '*' },
    Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:CallerAccount': account } },
  });
  const context = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
  const [standing, without, closed, through] = [
    authorizer({ statements }),
    authorizer(),
    authorizer({ statements, keyPolicy: own }),
    authorizer({ statements, keyPolicy: via }),
  ];

  expect(standing.may('kms:Decrypt', standing.key)).toBeUndefined();
  expect(without.may('kms:Decrypt', without.key)).toContain('no identity-based policy');
  expect(closed.may('kms:Decrypt', closed.key)).toContain('no resource-based policy');
  expect(through.may('kms:Decrypt', through.key)).toBeDefined();
  expect(through.may('kms:Decrypt', through.key, { context })).toBeUndefined();
});

test('assuming a role needs its trust, with the ExternalId that it asks for, and the right to assume', () => {
  const resource = `arn:aws:iam::${account}:role/target`;
  const trust = JSON.stringify(
    policy({
      ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:root` } },
      Condition: { StringEquals: { 'sts:ExternalId': 'mine' } },
    }),
  );
  const request = { policy: trust, context: { 'sts:ExternalId': 'mine' } };
  const { may } = authorizer({ statements: [allow('sts:AssumeRole')] });

  expect(may('sts:AssumeRole', resource, request)).toBeUndefined();
  expect(may('sts:AssumeRole', resource, { ...request, context: { 'sts:ExternalId': 'other' } })).toContain(
    'no role trust policy allows',
  );
  expect(may('sts:AssumeRole', resource, {})).toContain('no role trust policy allows');
  expect(authorizer().may('sts:AssumeRole', resource, request)).toContain('no identity-based policy');
});

test('the administrator may everything that no policy of a resource denies', () => {
  const { denialOf } = authorizer();
  const deny = JSON.stringify(policy({ Effect: 'Deny', Action: 's3:*', Principal: '*', Resource: '*' }));
  const ask = (more: object) =>
    denialOf(admin, [{ action: 's3:GetObject', resource: object, ...more }], '127.0.0.1')?.message;

  expect(ask({})).toBeUndefined();
  expect(ask({ policy: deny })).toContain('explicit deny');
  expect(ask({ policy: '{' })).toBeUndefined();
});

test('what cannot be judged is refused: an unknown action, a policy that is no policy', () => {
  const { may } = authorizer({ statements: [allow('*')] });

  expect(may('s3:Frobnicate', object)).toContain('cannot be judged');
  expect(may('s3:GetObject', object, { policy: '{"Statement": 1}' })).toContain('cannot be judged');
});

test('a service is admitted by the policy of what it calls, for its source', () => {
  const { denialOfService } = authorizer();
  const queue = `arn:aws:sqs:us-east-1:${account}:q`;
  const rule = `arn:aws:events:us-east-1:${account}:rule/r`;
  const admits = JSON.stringify(
    policy({
      ...{
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: queue,
      },
      Condition: { ArnEquals: { 'aws:SourceArn': rule }, StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  const send = (service: string, sourceArn: string, given = {}) =>
    denialOfService({ service, sourceArn }, [{ action: 'sqs:SendMessage', resource: queue, policy: admits, ...given }])
      ?.message;

  expect(send('events.amazonaws.com', rule)).toBeUndefined();
  expect(send('events.amazonaws.com', `${rule}2`)).toContain('events.amazonaws.com is not authorized');
  expect(send('sns.amazonaws.com', rule)).toContain('sns.amazonaws.com is not authorized');
  expect(send('events.amazonaws.com', rule, { policy: undefined })).toContain('not authorized');
});

test('a service that calls with a role needs the trust of the role, and its rights', () => {
  const invoke = { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:us-east-1:${account}:function:f` };
  const statements = [allow('lambda:InvokeFunction', invoke.resource)];
  const by = { service: 'scheduler.amazonaws.com', role: roleArn, session: 'one' };
  const trust = trusting('scheduler.amazonaws.com');

  expect(authorizer({ statements, trust }).denialOfService(by, [invoke])).toBeUndefined();
  expect(authorizer({ trust }).denialOfService(by, [invoke])?.message).toContain(
    'assumed-role/worker/one is not authorized',
  );
  expect(authorizer({ statements }).denialOfService(by, [invoke])?.message).toContain('sts:AssumeRole');
  expect(authorizer().denialOfService({ ...by, role: `${roleArn}2` }, [invoke])?.message).toContain('sts:AssumeRole');
});
