import { expect, test } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate/evaluate.ts';
import { managedPolicy } from '../../../local/iam/managed-policies.ts';
import { ACCOUNT, SESSION } from './evaluation-cases/case.ts';

const STREAM = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/t/stream/1`;
const LOG = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:g:log-stream:s`;

test.each([
  ['service-role/AWSLambdaBasicExecutionRole', 'logs:PutLogEvents', LOG, 'Allow'],
  ['service-role/AWSLambdaBasicExecutionRole', 'dynamodb:GetRecords', STREAM, 'ImplicitDeny'],
  ['service-role/AWSLambdaDynamoDBExecutionRole', 'dynamodb:GetRecords', STREAM, 'Allow'],
  ['service-role/AWSLambdaDynamoDBExecutionRole', 'logs:PutLogEvents', LOG, 'Allow'],
  ['AWSXrayWriteOnlyAccess', 'xray:PutTraceSegments', '*', 'Allow'],
  ['AWSXrayWriteOnlyAccess', 'xray:GetTraceSummaries', '*', 'ImplicitDeny'],
])('%s: %s on %s is %s', (name, action, resource, expected) => {
  const identityPolicies = [managedPolicy(`arn:aws:iam::aws:policy/${name}`)];

  const { decision } = evaluate({ principal: SESSION, action, resource, identityPolicies });

  expect(decision).toBe(expected);
});

test.each([
  'arn:aws:iam::aws:policy/AdministratorAccess',
  'arn:aws:iam::aws:policy/toString',
  `arn:aws:iam::${ACCOUNT}:policy/mine`,
])('%s is refused by name, as its text is not known', (arn) => {
  expect(() => managedPolicy(arn)).toThrow(`${arn}: is a managed policy whose text the local stack does not have.`);
});
