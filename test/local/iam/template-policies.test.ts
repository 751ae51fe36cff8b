import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { evaluate } from '../../../local/iam/evaluate/evaluate.ts';
import { type Policy, readPolicy } from '../../../local/iam/evaluate/policy.ts';
import type { PolicyKind } from '../../../local/iam/evaluate/statement.ts';
import { openIam } from '../../../local/iam/iam.ts';
import type { Role } from '../../../local/iam/roles.ts';
import type { Resource, ResourceHandler } from '../../../local/service.ts';
import { provision, readTemplate } from '../../../local/template/template.ts';
import { service } from './evaluation-cases/case.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const place = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const HERE = 'eu-west-1:123456789012';

/** ARNs as AWS forms them; other types need none here. */
const ARNS: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${HERE}:table/${name}`,
  'AWS::Events::Rule': (name) => `arn:aws:events:${HERE}:rule/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${HERE}:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${HERE}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${HERE}:${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${HERE}:${name}`,
  'AWS::SecretsManager::Secret': (name) => `arn:aws:secretsmanager:${HERE}:secret:${name}-a1b2c3`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${HERE}:stateMachine:${name}`,
};
/** Types whose Ref is their ARN. */
const BY_ARN = ['AWS::SNS::Topic', 'AWS::SecretsManager::Secret', 'AWS::StepFunctions::StateMachine'];

const made: Resource[] = [];
let roles: ReadonlyMap<string, Role>;

const other: ResourceHandler = (resource) => {
  const { type, name } = resource;
  made.push(resource);
  const arn = ARNS[type]?.(name) ?? `arn:aws:none:${HERE}:${name}`;
  const attributes = {
    Arn: arn,
    StreamArn: `${arn}/stream/1`,
    TopicArn: arn,
    Name: name,
    QueueName: name,
    ApiEndpoint: 'https://x',
  };
  return { ref: BY_ARN.includes(type) ? arn : name, attributes };
};

beforeAll(async () => {
  const iam = openIam({ ...place, endpoint: 'http://127.0.0.1:1', dir: '/nowhere', clock: new TurnableClock() });
  const template = readTemplate(join(root, 'template.yaml'), {
    ...place,
    stackName: 'sluice',
    parameters: { ApprovalEmail: 'approver@example.com', PlainProtocol: 'on' },
  });
  const key = iam.resources['AWS::KMS::Key'];
  const recorded: ResourceHandler = (resource) => {
    made.push(resource);
    return key?.(resource) ?? other(resource);
  };
  const types = [...new Set(template.resources.map(({ type }) => type))];
  const handlers = Object.fromEntries(types.map((type) => [type, iam.resources[type] ?? other]));
  await provision(template, { ...handlers, 'AWS::KMS::Key': recorded });
  roles = iam.roles();
});

function resourcePolicies(type: string, member: string, kind: PolicyKind): readonly Policy[] {
  return made
    .filter((resource) => resource.type === type)
    .map(({ logicalId, properties }) => readPolicy(kind, logicalId, properties[member]));
}

function identityPolicies({ policies }: Role): readonly Policy[] {
  return policies.map(({ name, document }) => readPolicy('identity', name, document));
}

/** The role that a function or machine of the template has. */
function role(logicalId: string): Role {
  const found = [...roles.values()].find(({ name }) => name.includes(logicalId));
  if (found === undefined) throw new Error(`No role of ${logicalId} in ${[...roles.keys()].join(', ')}.`);
  return found;
}

function session({ arn, name }: Role) {
  const { account } = place;
  return { type: 'AssumedRole', account, roleArn: arn, arn: `arn:aws:sts::${account}:assumed-role/${name}/f` } as const;
}

function named(type: string): string {
  const found = made.find((resource) => resource.type === type);
  return ARNS[type]?.(found?.name ?? '') ?? '';
}

describe('of the template', () => {
  test('every policy of every role can be evaluated', () => {
    const read = [...roles.values()].flatMap((each) => [
      ...identityPolicies(each),
      readPolicy('trust', `trust of ${each.name}`, each.trust),
    ]);

    expect(read.length).toBeGreaterThan(20);
  });

  test('every policy of a bucket, queue and key can be evaluated', () => {
    const read = [
      ...resourcePolicies('AWS::S3::BucketPolicy', 'PolicyDocument', 'resource'),
      ...resourcePolicies('AWS::SQS::QueuePolicy', 'PolicyDocument', 'resource'),
      ...resourcePolicies('AWS::KMS::Key', 'KeyPolicy', 'key'),
    ];

    expect(read.map(({ statements }) => statements.length)).toEqual([4, 1, 2]);
  });

  test.each([
    ['ApiFunction', 'dynamodb:GetItem', 'TABLE', 'Allow'],
    ['ApiFunction', 'dynamodb:Scan', 'TABLE', 'ImplicitDeny'],
    ['ApiFunction', 's3:PutObject', 'BUCKET/definitions/p/1', 'Allow'],
    ['ApiFunction', 's3:PutObject', 'BUCKET/artifacts/p/1', 'ImplicitDeny'],
    ['BuildFunction', 'states:SendTaskSuccess', '*', 'Allow'],
    ['BuildFunction', 'iam:PassRole', 'arn:aws:iam::123456789012:role/any', 'ImplicitDeny'],
  ] as const)('%s may do %s on %s: %s', (function_, action, resource, expected) => {
    const asking = role(function_);

    const { decision } = evaluate({
      principal: session(asking),
      action,
      resource: resource.replace('TABLE', named('AWS::DynamoDB::Table')).replace('BUCKET', named('AWS::S3::Bucket')),
      resourceAccount: place.account,
      context: { 'aws:SecureTransport': true },
      identityPolicies: identityPolicies(asking),
    });

    expect(decision).toBe(expected);
  });

  test.each([
    ['over TLS', true, undefined, 'Allow'],
    ['without TLS', false, undefined, 'ExplicitDeny'],
    ['with KMS', true, 'aws:kms', 'Allow'],
    ['with another encryption', true, 'AES256', 'ExplicitDeny'],
  ] as const)('C24 the bucket takes an object %s: %s', (_, tls, encryption, expected) => {
    const asking = role('ApiFunction');
    const [policy] = resourcePolicies('AWS::S3::BucketPolicy', 'PolicyDocument', 'resource');

    const { decision } = evaluate({
      principal: session(asking),
      action: 's3:PutObject',
      resource: `${named('AWS::S3::Bucket')}/definitions/p/1`,
      resourceAccount: place.account,
      context: {
        'aws:SecureTransport': tls,
        ...(encryption === undefined ? {} : { 's3:x-amz-server-side-encryption': encryption }),
      },
      identityPolicies: identityPolicies(asking),
      ...(policy ? { resourcePolicy: policy } : {}),
    });

    expect(decision).toBe(expected);
  });

  test.each([
    ['events.amazonaws.com', place.account, 'Allow'],
    ['events.amazonaws.com', '999999999999', 'ImplicitDeny'],
    ['sns.amazonaws.com', place.account, 'ImplicitDeny'],
  ])('%s of account %s sends dead letters: %s', (name, account, expected) => {
    const [policy] = resourcePolicies('AWS::SQS::QueuePolicy', 'PolicyDocument', 'resource');

    const { decision } = evaluate({
      principal: service(name),
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:${HERE}:${made.find(({ logicalId }) => logicalId === 'DeadLetters')?.name}`,
      context: { 'aws:SourceAccount': account },
      identityPolicies: [],
      ...(policy ? { resourcePolicy: policy } : {}),
    });

    expect(decision).toBe(expected);
  });
});

test('every policy that the documents show can be evaluated', () => {
  const documents = globSync(['README.md', 'docs/*.md'], { cwd: root });
  const blocks = documents.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => ({ file, json }));
  });
  const policies = blocks.filter(({ json }) => json.includes('"Effect"'));

  const kinds = policies.map(({ file, json }) => {
    const value = JSON.parse(json) as { Statement?: unknown };
    const document = value.Statement === undefined ? { Version: '2012-10-17', Statement: value } : value;
    const kind = json.includes('"Principal"') ? (json.includes('"Resource"') ? 'resource' : 'trust') : 'identity';
    return readPolicy(kind, file, document).kind;
  });

  expect(kinds).toContain('trust');
  expect(kinds).toContain('identity');
});
