import { expect, test } from 'vitest';
import {
  actionsOfService,
  actionsOn,
  appliesTo,
  findAction,
  keyType,
  serviceNames,
  typesOf,
} from '../../../local/iam/service-authorization.ts';

const action = (name: string) => {
  const found = findAction(name);
  if (found === undefined) throw new Error(name);
  return found;
};
const BUCKET = 'arn:aws:s3:::artifacts';
const OBJECT = 'arn:aws:s3:::artifacts/hello/source.zip';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';

test('an action is found by its name in any case, and answers in the spelling of AWS', () => {
  const found = findAction('S3:getobject');

  expect(found).toMatchObject({ name: 's3:GetObject', level: 'Read' });
  expect(found?.resourceTypes).toContainEqual({
    service: 's3',
    type: 'object',
    arn: 'arn:${Partition}:s3:::${BucketName}/${ObjectName}',
    required: false,
  });
  expect(found?.conditionKeys).toContain('s3:ExistingObjectTag/*');
});

test.each(['s3:GetObjects', 's3', 'GetObject', '', 'quantum:Do', 's3:*'])('%s is not an action', (name) => {
  expect(findAction(name)).toBeUndefined();
});

test('an action names the actions that it needs besides', () => {
  const { dependentActions } = action('states:CreateStateMachine');

  expect(dependentActions).toContain('iam:PassRole');
});

test('every service of the table has actions, and each action types that the service has', () => {
  const counts = serviceNames.map((name) => actionsOfService(name)?.length ?? 0);

  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(1500);
});

test.each([
  ['s3:GetObject', OBJECT, true],
  ['s3:GetObject', BUCKET, false],
  ['s3:ListBucket', BUCKET, true],
  ['s3:ListBucket', OBJECT, false],
  ['s3:ListAllMyBuckets', '*', true],
  ['s3:ListAllMyBuckets', BUCKET, false],
  ['states:SendTaskSuccess', '*', true],
  ['states:SendTaskSuccess', 'arn:aws:states:eu-west-1:123456789012:stateMachine:m', false],
  ['states:StartExecution', 'arn:aws:states:eu-west-1:123456789012:stateMachine:m', true],
  ['states:StartExecution', '*', false],
  ['dynamodb:Query', 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/i', true],
  ['dynamodb:GetRecords', 'arn:aws:dynamodb:eu-west-1:123456789012:table/t', false],
  ['dynamodb:GetRecords', 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026', true],
  ['kms:Decrypt', KEY, true],
  ['kms:Decrypt', 'arn:aws:kms:eu-west-1:123456789012:alias/a', false],
  ['sts:AssumeRole', 'arn:aws:iam::123456789012:role/path/to/x', true],
  ['sts:AssumeRole', 'arn:aws:iam::123456789012:user/x', false],
  ['execute-api:Invoke', 'arn:aws:execute-api:eu-west-1:123456789012:api/$default/POST/PutApprovalResult/a/b/c', true],
  ['execute-api:Invoke', 'arn:aws:execute-api:eu-west-1:123456789012:api/$default/POST/', true],
  ['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:123456789012:function:f:live', true],
])('%s for %s: %s', (name, resource, expected) => {
  const applies = appliesTo(action(name), resource);

  expect(applies).toBe(expected);
});

test('the actions on a resource are those that have a type that its ARN is of', () => {
  const names = actionsOn(OBJECT).map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining(['s3:GetObject', 's3:PutObject', 's3:DeleteObject']));
  expect(names).not.toContain('s3:ListBucket');
  expect(names).not.toContain('s3:ListAllMyBuckets');
  expect(typesOf(action('s3:GetObject'), OBJECT).map(({ type }) => type)).toEqual(['object']);
});

test.each([
  ['aws:SourceAccount', ['s3'], 'String'],
  ['AWS:sourceaccount', ['s3'], 'String'],
  ['aws:PrincipalTag/Team', [], 'String'],
  ['aws:CalledVia', [], 'ArrayOfString'],
  ['s3:prefix', ['s3'], 'String'],
  ['s3:prefix', ['sqs'], undefined],
  ['kms:EncryptionContext:aws:s3:arn', ['kms'], 'String'],
  ['kms:EncryptionContext:', ['kms'], undefined],
  ['kms:ViaService', ['KMS'], 'String'],
  ['sts:ExternalId', ['sts'], 'String'],
  ['dynamodb:LeadingKeys', ['dynamodb'], 'ArrayOfString'],
  ['iam:PassedToService', ['iam'], 'String'],
  ['aws:SourceAcount', ['s3'], undefined],
  ['s3:RequestObjectTag/x', ['s3'], 'String'],
])('the condition key %s among %j is %s', (key, services, type) => {
  expect(keyType(key, services)).toBe(type);
});
