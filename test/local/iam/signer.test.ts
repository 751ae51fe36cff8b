import { expect, test } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate/evaluate.ts';
import { readPolicy } from '../../../local/iam/evaluate/policy.ts';
import { readSigner } from '../../../local/iam/evaluate/signer.ts';
import { ACCOUNT, allow, BUCKET, OBJECT, ROLE, ROOT_ARN, SESSION_ARN, USER_ARN } from './evaluation-cases/case.ts';

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const session = { userId: 'AROA2345:one', roleArn: ROLE, tags: { pipeline: 'hello', run: '1' }, sourceIdentity: 'ann' };

test('the session of a role has its tags, its source identity and its id as condition keys', () => {
  const signed = readSigner({ arn: SESSION_ARN, account: ACCOUNT, session });

  expect(signed).toEqual({
    principal: { type: 'AssumedRole', arn: SESSION_ARN, account: ACCOUNT, roleArn: ROLE },
    context: {
      'aws:PrincipalTag/pipeline': 'hello',
      'aws:PrincipalTag/run': '1',
      'aws:SourceIdentity': 'ann',
      'aws:userid': 'AROA2345:one',
    },
    sessionPolicies: [],
  });
});

test('the root user and a user sign without a session', () => {
  const root = readSigner({ arn: ROOT_ARN, account: ACCOUNT });
  const user = readSigner({ arn: USER_ARN, account: ACCOUNT });

  expect(root).toMatchObject({ principal: { type: 'Account' }, context: { 'aws:userid': ACCOUNT } });
  expect(user.principal).toEqual({ type: 'User', arn: USER_ARN, account: ACCOUNT });
});

test('the policy of a session limits what its role allows', () => {
  const policy = JSON.stringify(document(allow({ Resource: `${BUCKET}/\${aws:PrincipalTag/pipeline}/*` })));
  const signed = readSigner({ arn: SESSION_ARN, account: ACCOUNT, session: { ...session, policy } });
  const identityPolicies = [readPolicy('identity', 'all', document(allow()))];

  const decisions = [OBJECT, `${BUCKET}/other/source.zip`].map(
    (resource) => evaluate({ ...signed, action: 's3:GetObject', resource, identityPolicies }).decision,
  );

  expect(decisions).toEqual(['Allow', 'ImplicitDeny']);
});

test('a session policy that cannot be evaluated is refused by name', () => {
  const policy = JSON.stringify(document(allow({ Action: 's3:Reed' })));

  const read = () => readSigner({ arn: SESSION_ARN, account: ACCOUNT, session: { ...session, policy } });

  expect(read).toThrow(`session policy of ${SESSION_ARN}, statement 1, Action: 's3:Reed' is no action`);
});

test('an ARN of nobody that can sign is refused', () => {
  const read = () => readSigner({ arn: `arn:aws:iam::${ACCOUNT}:group/all`, account: ACCOUNT });

  expect(read).toThrow('is neither');
});
