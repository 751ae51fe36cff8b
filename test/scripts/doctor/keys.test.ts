import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../scripts/doctor/account.ts';
import { mayUseKey } from '../../../scripts/doctor/keys.ts';
import type { Place } from '../../../scripts/doctor/place.ts';

const role = 'arn:aws:iam::111122223333:role/web';
const key = 'arn:aws:kms:eu-west-1:111122223333:key/one';
const root = { AWS: 'arn:aws:iam::111122223333:root' };
const delegating = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };
const denied = Object.assign(new Error('not yours'), { name: 'AccessDeniedException', $metadata: {} });

const iam = mockClient(IAMClient);
const kms = mockClient(KMSClient);
beforeEach(() => {
  iam.reset();
  kms.reset();
});

interface Told {
  readonly decision: 'allowed' | 'implicitDeny';
  readonly describe?: object | Error;
  readonly policy?: object | Error;
}

/** A place whose IAM decides the same of everything, and whose KMS answers as told. */
function placeWith({ decision, describe: key = { KeyState: 'Enabled' }, policy = delegating }: Told): Place {
  iam.on(SimulatePrincipalPolicyCommand).resolves({
    EvaluationResults: [{ EvalActionName: 'kms:Decrypt', EvalDecision: decision }],
  });
  const document = { Version: '2012-10-17', Statement: [policy] };
  if (key instanceof Error) kms.on(DescribeKeyCommand).rejects(key);
  else kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'one', ...key } });
  if (policy instanceof Error) kms.on(GetKeyPolicyCommand).rejects(policy);
  else kms.on(GetKeyPolicyCommand).resolves({ Policy: JSON.stringify(document) });
  const account: Partial<Account> = { iam: new IAMClient(), kms: new KMSClient(), once: (_, ask) => ask() };
  return { account, accountId: '111122223333', region: 'eu-west-1' } as unknown as Place;
}

const look = (told: Told, named = key) =>
  mayUseKey(placeWith(told), { purpose: 'Build', role, key: named, actions: ['kms:Decrypt'], service: 's3' });

describe('a role that may use a key', () => {
  it('has both policies for it', async () => {
    const findings = await look({ decision: 'allowed' });

    expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('may have it from the key alone', async () => {
    const policy = { ...delegating, Principal: { AWS: role } };

    const findings = await look({ decision: 'implicitDeny', policy });

    expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it.each(['alias/aws/s3', 'arn:aws:kms:eu-west-1:111122223333:alias/aws/s3'])(
    'needs nothing for a key of AWS: %s',
    async (named) => {
      expect(await look({ decision: 'implicitDeny' }, named)).toEqual([]);
    },
  );

  it('needs nothing for one that turns out to be', async () => {
    const describe = { Arn: key, KeyState: 'Enabled', KeyManager: 'AWS' };

    expect(await look({ decision: 'implicitDeny', describe })).toEqual([]);
  });
});

describe('a role that may not', () => {
  it('is told the statement of its own, without the condition that was asked', async () => {
    const findings = await look({ decision: 'implicitDeny' });

    const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: key };
    expect(findings).toMatchObject([{ status: 'MISSING', remedy: { statement } }, { status: 'ok' }]);
    expect(findings[0]).not.toHaveProperty('remedy.statement.Condition');
  });

  it('is told the statement of the key', async () => {
    const policy = { ...delegating, Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } };

    const findings = await look({ decision: 'allowed', policy });

    const statement = { Effect: 'Allow', Principal: { AWS: role }, Action: ['kms:Decrypt'], Resource: '*' };
    const remedy = { where: `the policy of the key ${key}`, statement };
    expect(findings).toMatchObject([{ status: 'ok' }, { status: 'MISSING', remedy }]);
  });

  it('is told of a key that is going', async () => {
    const findings = await look({ decision: 'allowed', describe: { Arn: key, KeyState: 'PendingDeletion' } });

    expect(findings).toMatchObject([{ status: 'MISSING', why: 'it is PendingDeletion' }]);
  });
});

describe('what the caller may not see of a key', () => {
  it('is its description: the ARN is enough', async () => {
    const findings = await look({ decision: 'allowed', describe: denied });

    expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('is its policy: that is not checked', async () => {
    const findings = await look({ decision: 'allowed', policy: denied });

    expect(findings).toMatchObject([
      { status: 'ok' },
      { status: 'not checked', why: 'AccessDeniedException: not yours' },
    ]);
  });
});
