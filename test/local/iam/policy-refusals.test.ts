import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../../local/iam/evaluate/policy.ts';
import { PolicyError } from '../../../local/iam/evaluate/policy-error.ts';
import type { PolicyKind } from '../../../local/iam/evaluate/statement.ts';
import { judged, KEY, OBJECT, ROLE, ROOT_ARN, SESSION_ARN } from './evaluation-cases/case.ts';

function refusal(kind: PolicyKind, document: unknown): PolicyError {
  try {
    readPolicy(kind, 'Policy p of R', document);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(document)} was taken.`);
}

const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const of = (other: object, version = '2012-10-17') => ({ Version: version, Statement: [{ ...good, ...other }] });
const when = (Condition: object, other: object = {}) => of({ ...other, Condition });

describe('a policy is refused, with its name, statement, element and value, for', () => {
  test.each<readonly [string, object, string, unknown, string]>([
    ['an action that there is not', { Action: 's3:GetObjects' }, 'Action', 's3:GetObjects', 'is no action of'],
    ['one of several actions', { Action: ['s3:GetObject', 's3:Gt*'] }, 'Action', 's3:Gt*', 'is no action of'],
    ['a service that there is not', { Action: 's4:GetObject' }, 'Action', 's4:GetObject', 'is of a service that'],
    ['a service that the table lacks', { Action: 'ec2:RunInstances' }, 'Action', 'ec2:RunInstances', 'lacks'],
    ['an action without a service', { Action: 'GetObject' }, 'Action', 'GetObject', 'is not an action'],
    ['a wildcard in the service', { Action: 's*:GetObject' }, 'Action', 's*:GetObject', 'is not an action'],
    [
      'an exception that there is not',
      { Action: undefined, NotAction: 's3:Nothing' },
      'NotAction',
      's3:Nothing',
      'is no',
    ],
    ['Action and NotAction', { NotAction: 's3:PutObject' }, 'NotAction', undefined, 'cannot stand beside Action'],
    ['no Action', { Action: undefined }, 'Action', undefined, 'is missing'],
    ['an empty list of actions', { Action: [] }, 'Action', [], 'is not a text'],
    ['an action that is a number', { Action: [1] }, 'Action', 1, 'is not a text'],
    ['no Resource', { Resource: undefined }, 'Resource', undefined, 'is missing'],
    ['Resource and NotResource', { NotResource: '*' }, 'NotResource', undefined, 'cannot stand beside Resource'],
    ['a resource that is no ARN', { Resource: 'bucket/*' }, 'Resource', 'bucket/*', 'is neither an ARN nor'],
    ['an ARN that is cut off', { Resource: 'arn:aws:s3' }, 'Resource', 'arn:aws:s3', 'is neither an ARN nor'],
    [
      'any service in an ARN',
      { Resource: 'arn:aws:*:::x' },
      'Resource',
      'arn:aws:*:::x',
      'has a wildcard in the place',
    ],
    ['an Effect in another case', { Effect: 'allow' }, 'Effect', 'allow', 'is to be Allow or Deny'],
    ['no Effect', { Effect: undefined }, 'Effect', undefined, 'is to be Allow or Deny'],
    ['a Principal', { Principal: '*' }, 'Principal', undefined, 'cannot stand in a policy of kind identity'],
    ['a Sid with a blank', { Sid: 'a b' }, 'Sid', 'a b', 'is not a text of letters and digits'],
  ])('%s', (_, other, element, value, problem) => {
    const error = refusal('identity', of(other));

    expect(error).toMatchObject({ code: 'MalformedPolicyDocument', policy: 'Policy p of R', element, value });
    expect(error.statement).toMatch(/^statement 1/);
    expect(error.message).toContain(problem);
  });

  test.each<readonly [string, object, string]>([
    [
      'an operator that there is not',
      { StringMatches: { 'aws:username': 'x' } },
      "'StringMatches' is not a condition operator",
    ],
    [
      'an operator in another case',
      { stringEquals: { 'aws:username': 'x' } },
      "'stringEquals' is not a condition operator",
    ],
    ['NullIfExists', { NullIfExists: { 'aws:username': 'true' } }, 'is not a condition operator'],
    ['a set operator of Null', { 'ForAllValues:Null': { 'aws:username': 'true' } }, 'is not a condition operator'],
    [
      'a set operator that there is not',
      { 'ForSomeValues:StringEquals': { 'aws:username': 'x' } },
      'is not a condition operator',
    ],
    ['an operator of nothing', { IfExists: { 'aws:username': 'x' } }, 'is not a condition operator'],
    [
      'a key that there is not',
      { StringEquals: { 'aws:SourceAcount': '1' } },
      "'aws:SourceAcount' is not a global condition key, nor one of s3",
    ],
    [
      'a key of another service',
      { StringEquals: { 'kms:ViaService': 's3' } },
      "'kms:ViaService' is not a global condition key, nor one of s3",
    ],
    [
      'a key that is only the beginning of one',
      { StringEquals: { 'aws:PrincipalTag/': 'x' } },
      'is not a global condition key',
    ],
    ['a number that is none', { NumericEquals: { 's3:max-keys': 'ten' } }, "'ten' is not a number"],
    ['a date that is none', { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } }, "'tomorrow' is not a date"],
    ['a day that there is not', { DateLessThan: { 'aws:CurrentTime': '2026-13-01' } }, "'2026-13-01' is not a date"],
    ['a boolean that is none', { Bool: { 'aws:SecureTransport': 'yes' } }, "'yes' is not true or false"],
    ['a Null that is none', { Null: { 'aws:TokenIssueTime': 'no' } }, "'no' is not true or false"],
    ['an address that is none', { IpAddress: { 'aws:SourceIp': '203.0.113' } }, 'is not an IP address'],
    ['a range that is too long', { IpAddress: { 'aws:SourceIp': '203.0.113.0/33' } }, 'is not an IP address'],
    ['a wildcard of addresses', { NotIpAddress: { 'aws:SourceIp': '203.0.113.*' } }, 'is not an IP address'],
    ['an ARN that is none', { ArnLike: { 'aws:SourceArn': 'bucket' } }, "'bucket' is not an ARN"],
    ['text that is not in base64', { BinaryEquals: { 'aws:username': 'a!' } }, "'a!' is not text in base64"],
    [
      'a value that is an object',
      { StringEquals: { 'aws:username': { a: 1 } } },
      'is not a text, a number or a boolean',
    ],
    ['a value that is null', { StringEquals: { 'aws:username': [null] } }, 'is not a text, a number or a boolean'],
    ['an operator without keys', { StringEquals: 'x' }, "'x' is not an object"],
    [
      'a variable in a number',
      { NumericEquals: { 's3:max-keys': '${aws:username}' } },
      'which the operator cannot have',
    ],
    [
      'a variable in an address',
      { IpAddress: { 'aws:SourceIp': '${aws:SourceIp}' } },
      'which the operator cannot have',
    ],
    ['a variable in Null', { Null: { 'aws:username': '${aws:username}' } }, 'which the operator cannot have'],
    [
      'a variable of a key that there is not',
      { StringEquals: { 'aws:username': '${aws:name}' } },
      'unknown condition key aws:name',
    ],
    [
      'a variable that is not closed',
      { StringEquals: { 'aws:username': '${aws:name' } },
      'a variable that is not closed',
    ],
    ['a variable of nothing', { StringEquals: { 'aws:username': '${}' } }, 'the malformed variable ${}'],
    ['a default without quotes', { StringEquals: { 'aws:username': '${aws:username, x}' } }, 'the malformed variable'],
    ['a variable of several values', { StringEquals: { 'aws:username': '${aws:TagKeys}' } }, 'can have several values'],
  ])('%s', (_, condition, problem) => {
    const error = refusal('identity', when(condition));

    expect(error.element).toMatch(/^Condition/);
    expect(error.message).toContain(problem);
  });

  test.each([
    ['arn:aws:s3:::b/${aws:nobody}', 'unknown condition key aws:nobody'],
    ['arn:aws:s3:${aws:RequestedRegion}::b', 'has a variable before the fifth colon'],
    ['arn:aws:s3:::b/${aws:TagKeys}', 'can have several values'],
    ['arn:aws:s3:::b/${aws:username', 'is not closed'],
  ])('the variable in %s', (resource, problem) => {
    const error = refusal('identity', of({ Resource: resource }));

    expect(error).toMatchObject({ element: 'Resource', value: resource });
    expect(error.message).toContain(problem);
  });

  test.each<readonly [string, unknown, string]>([
    [
      'a federated principal',
      { Federated: 'accounts.google.com' },
      "'Federated' is a type of principal that the local stack does not know",
    ],
    ['a canonical user', { CanonicalUser: '79a59df9' }, "'CanonicalUser' is a type of principal"],
    ['a wildcard in a role', { AWS: 'arn:aws:iam::123456789012:role/*' }, 'is not a principal'],
    ['all sessions', { AWS: 'arn:aws:sts::123456789012:assumed-role/worker/*' }, 'is not a principal'],
    ['an account that is too short', { AWS: '12345' }, 'is not a principal'],
    ['a group', { AWS: 'arn:aws:iam::123456789012:group/all' }, 'is not a principal'],
    ['the id of a role that is gone', { AWS: 'AROA2345678901234567' }, 'is not a principal'],
    ['a service that is none', { Service: 'events' }, 'is not the name of a service principal'],
    ['all services', { Service: '*' }, 'is not the name of a service principal'],
    ['a text', ROLE, "is neither '*' nor an object of principals"],
    ['a list', [ROLE], "is neither '*' nor an object of principals"],
    ['a number', { AWS: 123456789012 }, 'is not a text'],
  ])('%s as the principal', (_, principal, problem) => {
    const error = refusal('resource', of({ Principal: principal }));

    expect(error.element).toBe('Principal');
    expect(error.message).toContain(problem);
  });

  test.each<readonly [string, PolicyKind, unknown, string]>([
    ['no Principal', 'resource', of({}), 'or NotPrincipal is to be there'],
    ['both', 'resource', of({ Principal: '*', NotPrincipal: { AWS: ROLE } }), 'and not both'],
    [
      'NotPrincipal with Allow',
      'resource',
      of({ NotPrincipal: { AWS: ROLE } }),
      'cannot stand beside an Effect of Allow',
    ],
    [
      'a Resource in a trust policy',
      'trust',
      of({ Principal: '*', Action: 'sts:AssumeRole' }),
      'cannot stand in a trust policy',
    ],
    [
      'another action in a trust policy',
      'trust',
      of({ Principal: '*', Resource: undefined }),
      'is not an action of a trust policy',
    ],
    [
      'federation in a trust policy',
      'trust',
      of({ Principal: '*', Resource: undefined, Action: 'sts:AssumeRoleWithSAML' }),
      'is not an action of a trust policy',
    ],
    [
      'an element that there is not',
      'identity',
      of({ Ressource: '*' }),
      "'Ressource' is not an element of a statement",
    ],
    [
      'an element of policies that there is not',
      'identity',
      { ...of({}), Statements: [] },
      "'Statements' is not an element of a policy",
    ],
    [
      'a version that there is not',
      'identity',
      of({}, '2012-10-18'),
      "Version: '2012-10-18' is to be 2012-10-17 or 2008-10-17",
    ],
    ['no statement', 'identity', { Version: '2012-10-17' }, 'is not a statement'],
    ['a statement that is a text', 'identity', { Statement: ['Allow'] }, 'is not a statement'],
    ['a policy that is a text', 'identity', '{}', 'is not a policy document'],
    ['nothing', 'identity', undefined, 'is not a policy document'],
    [
      'two statements of one Sid',
      'identity',
      {
        Statement: [
          { ...good, Sid: 'A' },
          { ...good, Sid: 'A' },
        ],
      },
      'is the Sid of two statements',
    ],
  ])('%s', (_, kind, document, problem) => {
    expect(refusal(kind, document).message).toContain(problem);
  });
});

test('a refusal names policy, statement by its Sid, element and value', () => {
  const error = refusal('identity', { Statement: [good, { ...good, Sid: 'Read', Action: 's3:Reed' }] });

  expect(error.message).toBe(
    "Policy p of R, statement 2 (Sid Read), Action: 's3:Reed' is no action of AWS's service authorization reference.",
  );
});

test('a policy may have one statement without a list, an Id, and no version', () => {
  const policy = readPolicy('resource', 'p', { Id: 'x', Statement: { ...good, Sid: 'with blanks', Principal: '*' } });

  expect(policy.statements.map(({ sid, effect }) => ({ sid, effect }))).toEqual([
    { sid: 'with blanks', effect: 'Allow' },
  ]);
});

test('variables in a policy of 2008 are text, whatever is in them', () => {
  const read = () => readPolicy('identity', 'p', of({ Resource: 'arn:aws:s3:::b/${aws:nobody' }, '2008-10-17'));

  expect(read).not.toThrow();
});

test('several values of a key without a set operator are refused when the request has them', () => {
  const condition = { StringEquals: { 'aws:TagKeys': ['a', 'b'] } };

  const judge = () => {
    const request = { context: { 'aws:TagKeys': ['a', 'b'] } };
    judged({ rule: '', name: '', request, identity: [{ ...good, Condition: condition }], expect: 'Allow' });
  };

  expect(judge).toThrow(
    "identity, statement 1, Condition StringEquals aws:TagKeys: 'aws:tagkeys' has several values in the request",
  );
});

describe('a request is refused for', () => {
  const request = (given: object) => () => judged({ rule: '', name: '', request: given, expect: 'Allow' });

  test.each([
    ['an action that there is not', { action: 's3:Reed' }, 'unknown action s3:Reed'],
    [
      'a resource that the action is never asked of',
      { resource: KEY },
      `s3:GetObject cannot be for the resource ${KEY}`,
    ],
    [
      'a resource where the action has none',
      { action: 'states:SendTaskSuccess' },
      `cannot be for the resource ${OBJECT}`,
    ],
    [
      'no resource where the action needs one',
      { action: 'kms:Decrypt', resource: '*' },
      'cannot be for the resource *',
    ],
    ['a key that there is not', { context: { 'aws:Sauce': '1' } }, 'the unknown condition key aws:Sauce'],
  ])('%s', (_, given, problem) => {
    expect(request(given)).toThrow(problem);
  });

  test('policies of a principal that has none', () => {
    const judge = () =>
      judged({ rule: '', name: '', request: { principal: { type: 'Anonymous' } }, identity: [good], expect: 'Allow' });

    expect(judge).toThrow('A principal of type Anonymous has no policies.');
  });
});

test('principals of other partitions are read', () => {
  const principals = [ROOT_ARN, SESSION_ARN, ROLE].map((arn) => arn.replace('arn:aws:', 'arn:aws-us-gov:'));

  const policy = readPolicy('resource', 'p', of({ Principal: { AWS: principals, Service: 's3.amazonaws.com.cn' } }));

  expect(policy.statements[0]?.principals?.element.arns.size).toBe(2);
});
