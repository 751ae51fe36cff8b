import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf } from '../../../local/sts/access.ts';
import { call, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const role = 'arn:aws:iam::000000000000:role/r';
const chained = {
  tags: { run: '1', own: '2' },
  transitiveTagKeys: ['run'],
  sourceIdentity: 'ann',
  arn: '',
  userId: '',
};
const read = accessOf(
  { ...place, clock: new TurnableClock() },
  {
    session: (id) => (id === 'ASIA' ? chained : undefined),
    trustOf: (arn) => (arn === role ? 'the trust' : undefined),
  },
);
const assume = (parameters: Record<string, string>, accessKeyId = 'test') =>
  read(
    call({
      caller: { ...root, accessKeyId },
      body: String(new URLSearchParams({ Action: 'AssumeRole', RoleArn: role, RoleSessionName: 's1', ...parameters })),
    }),
  );

test("AssumeRole asks for the role, with its trust and the request's ExternalId", () => {
  const policy = 'the trust';
  const context = { 'sts:ExternalId': 'mine', 'sts:RoleSessionName': 's1' };

  expect(assume({ ExternalId: 'mine' })).toEqual([{ action: 'sts:AssumeRole', resource: role, context, policy }]);
});

test('tags of the session are asked for by TagSession', () => {
  const found = assume({
    'Tags.member.1.Key': 'run',
    'Tags.member.1.Value': '7',
    'TransitiveTagKeys.member.1': 'run',
  });

  expect(found.map(({ action }) => action)).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  expect(found[0]?.context).toMatchObject({
    'aws:RequestTag/run': '7',
    'aws:TagKeys': ['run'],
    'sts:TransitiveTagKeys': ['run'],
  });
});

test('what a chained session hands on is asked for as well', () => {
  const found = assume({}, 'ASIA');

  expect(found.map(({ action }) => action)).toEqual(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']);
  expect(found[0]?.context).toMatchObject({
    'aws:RequestTag/run': '1',
    'aws:TagKeys': ['run'],
    'sts:SourceIdentity': 'ann',
  });
});

test('a role of another account has no trust that could be known', () => {
  expect(assume({ RoleArn: 'arn:aws:iam::111111111111:role/r' })[0]?.policy).toBeUndefined();
});

test('everybody may ask who they are', () => {
  expect(read(call({ body: 'Action=GetCallerIdentity&Version=2011-06-15' }))).toEqual([]);
});
