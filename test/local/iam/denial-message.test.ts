import { expect, test } from 'vitest';
import { denialMessage } from '../../../local/iam/evaluate/denial-message.ts';
import { evaluate } from '../../../local/iam/evaluate/evaluate.ts';
import {
  ACCOUNT,
  allow,
  type Case,
  deny,
  evaluated,
  KEY,
  OBJECT,
  QUEUE,
  ROLE,
  SESSION_ARN,
  service,
  TABLE,
  USER,
} from './evaluation-cases/case.ts';

function message(given: Omit<Case, 'rule' | 'name' | 'expect'>): string {
  const request = evaluated({ rule: '', name: '', expect: 'ImplicitDeny', ...given });
  return denialMessage(request, evaluate(request));
}

const read = { action: 'dynamodb:GetItem', resource: TABLE };
const user = `User: ${SESSION_ARN} is not authorized to perform:`;
const put = allow({ Action: 's3:PutObject' });

test('a missing permission of the identity, in the words of S3', () => {
  const text = message({});

  expect(text).toBe(
    `${user} s3:GetObject on resource: "${OBJECT}" because no identity-based policy allows the s3:GetObject action`,
  );
});

test.each<readonly [string, Omit<Case, 'rule' | 'name' | 'expect'>, string]>([
  [
    'identity',
    { request: read },
    `dynamodb:GetItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:GetItem action`,
  ],
  [
    'identity',
    { request: read, identity: [deny()] },
    `dynamodb:GetItem on resource: ${TABLE} with an explicit deny in an identity-based policy`,
  ],
  [
    'session',
    { request: read, identity: [allow()], session: [put] },
    `dynamodb:GetItem on resource: ${TABLE} because no session policy allows the dynamodb:GetItem action`,
  ],
  [
    'session',
    { request: read, identity: [allow()], session: [deny()] },
    `dynamodb:GetItem on resource: ${TABLE} with an explicit deny in a session policy`,
  ],
  [
    'boundary',
    { request: read, identity: [allow()], boundary: [put] },
    `dynamodb:GetItem on resource: ${TABLE} because no permissions boundary allows the dynamodb:GetItem action`,
  ],
  [
    'boundary',
    { request: read, identity: [allow()], boundary: [deny()] },
    `dynamodb:GetItem on resource: ${TABLE} with an explicit deny in a permissions boundary`,
  ],
  [
    'resource',
    { identity: [allow()], resource: [deny({ Principal: '*' })] },
    `s3:GetObject on resource: "${OBJECT}" with an explicit deny in a resource-based policy`,
  ],
  [
    'key',
    { request: { action: 'kms:Decrypt', resource: KEY }, identity: [allow()] },
    `kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action`,
  ],
  [
    'trust',
    { request: { action: 'sts:AssumeRole', resource: ROLE }, identity: [allow()] },
    `sts:AssumeRole on resource: ${ROLE} because no role trust policy allows the sts:AssumeRole action`,
  ],
  [
    'trust',
    {
      request: { action: 'sts:AssumeRole', resource: ROLE },
      trust: [{ Effect: 'Deny', Principal: '*', Action: 'sts:*' }],
    },
    `sts:AssumeRole on resource: ${ROLE} with an explicit deny in the role trust policy`,
  ],
  [
    'no resource',
    { request: { action: 'states:SendTaskSuccess', resource: '*' } },
    'states:SendTaskSuccess on resource: * because no identity-based policy allows the states:SendTaskSuccess action',
  ],
  [
    'no resource of S3',
    { request: { action: 's3:ListAllMyBuckets', resource: '*' } },
    's3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action',
  ],
])('the message of a denial: %s', (_, given, expected) => {
  expect(message(given)).toBe(`${user} ${expected}`);
});

test('a service and a user are named as such', () => {
  const send = { action: 'sqs:SendMessage', resource: QUEUE };

  const byService = message({ request: { ...send, principal: service('events.amazonaws.com') } });
  const byUser = message({ request: { ...send, principal: USER } });

  expect(byService).toMatch(
    /^User: events\.amazonaws\.com is not authorized .* because no resource-based policy allows/,
  );
  expect(byUser).toMatch(new RegExp(`^User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized`));
});
