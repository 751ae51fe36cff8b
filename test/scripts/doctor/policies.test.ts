import { describe, expect, it } from 'vitest';
import { admits } from '../../../scripts/doctor/policies.ts';

const role = 'arn:aws:iam::111122223333:role/pipelines/web';
const root = { AWS: 'arn:aws:iam::111122223333:root' };
const key = 'arn:aws:kms:eu-west-1:111122223333:key/one';
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const decrypting = { who: role, action: 'kms:Decrypt', resource: key };
const putting = { who: role, action: 's3:PutObject', resource: 'arn:aws:s3:::artifacts/one.zip' };
const assuming = { who: role, action: 'sts:AssumeRole', resource: 'arn:aws:iam::111122223333:role/deploy' };

describe('the policy of a key', () => {
  it.each<[string, boolean, object]>([
    ['that leaves it to the account', true, { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }],
    ['that names the role', true, { Effect: 'Allow', Principal: { AWS: role }, Action: 'kms:Decrypt', Resource: '*' }],
    [
      'that names it for something else',
      false,
      { Effect: 'Allow', Principal: { AWS: role }, Action: 'kms:Encrypt', Resource: '*' },
    ],
    [
      'that names another',
      false,
      { Effect: 'Allow', Principal: { AWS: `${role}2` }, Action: 'kms:Decrypt', Resource: '*' },
    ],
  ])('%s admits the role: %s', (_, expected, statement) => {
    expect(admits('key', policy(statement), decrypting)).toBe(expected);
  });

  it('that demands the service is met by what the service brings', () => {
    const Condition = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } };
    const document = policy({ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*', Condition });
    const asked = (service: string) => ({ ...decrypting, context: { 'kms:ViaService': service } });

    expect(admits('key', document, asked('s3.eu-west-1.amazonaws.com'))).toBe(true);
    expect(admits('key', document, asked('sns.eu-west-1.amazonaws.com'))).toBe(false);
  });
});

describe('the policy of a bucket', () => {
  const deny = (Condition: object) =>
    policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition });

  it('that demands TLS leaves a role alone', () => {
    expect(admits('resource', deny({ Bool: { 'aws:SecureTransport': 'false' } }), putting)).toBe(true);
  });

  it('that demands a network which functions are not in stands against it', () => {
    expect(admits('resource', deny({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }), putting)).toBe(false);
  });
});

describe('a statement that cannot be judged', () => {
  const unknown = { Principal: { CanonicalUser: '1' }, Action: 's3:PutObject', Resource: '*' };
  const allowing = { Effect: 'Allow', Principal: { AWS: role }, Action: 's3:PutObject', Resource: '*' };

  it('does not count when it can only agree', () => {
    expect(admits('resource', policy(allowing, { Effect: 'Allow', ...unknown }), putting)).toBe(true);
  });

  it('makes an answer impossible when it could turn it', () => {
    expect(() => admits('resource', policy(allowing, { Effect: 'Deny', ...unknown }), putting)).toThrow(
      'cannot be judged here',
    );
  });

  it('does not count when it is about another action', () => {
    const federated = {
      Effect: 'Allow',
      Principal: { Federated: 'token.actions.githubusercontent.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
    };
    const trust = policy(federated, { Effect: 'Allow', Principal: root, Action: 'sts:AssumeRole' });

    expect(admits('trust', trust, assuming)).toBe(true);
    expect(admits('trust', policy(federated), assuming)).toBe(false);
  });

  it('of the very action makes it impossible, when nothing else admits', () => {
    const gone = { Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLE' }, Action: 'sts:Assume*' };

    expect(() => admits('trust', policy(gone), assuming)).toThrow('AROAEXAMPLE');
  });
});
