import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import type { Resource } from '../../../local/service.ts';
import { openSns } from '../../../local/sns/sns.ts';
import { call, operationsIn } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
const dir = mkdtempSync(join(tmpdir(), 'sluice-sns-access-'));
const clock = new TurnableClock();
const sns = openSns({ ...place, dir, clock }, { invokeLater: async () => {}, sendMessage: () => {} });
const key = 'arn:aws:kms:us-east-1:000000000000:key/k';
const news = 'arn:aws:sns:us-east-1:000000000000:news';
const policy = { Version: '2012-10-17', Statement: [] };

beforeAll(async () => {
  const make = async (type: string, properties: object) =>
    sns.resources[type]?.({ type, logicalId: 'T', name: 't', properties } as Resource);
  await make('AWS::SNS::Topic', { TopicName: 'news', KmsMasterKeyId: key });
  await make('AWS::SNS::TopicPolicy', { Topics: [news], PolicyDocument: policy });
});
afterAll(async () => {
  await sns.close();
  clock.close();
  rmSync(dir, { recursive: true });
});

const read = (parameters: Record<string, string>) =>
  sns.access(call({ body: String(new URLSearchParams(parameters)) }));
const asked = (parameters: Record<string, string>) =>
  read(parameters).map(({ action, resource }) => `${action} ${resource}`);

test.each([
  [{ Action: 'Publish', TargetArn: news }, [`sns:Publish ${news}`, `kms:GenerateDataKey ${key}`, `kms:Decrypt ${key}`]],
  [{ Action: 'PublishBatch', TopicArn: `${news}2` }, [`sns:Publish ${news}2`]],
  [{ Action: 'CreateTopic', Name: 'new' }, ['sns:CreateTopic arn:aws:sns:us-east-1:000000000000:new']],
  [{ Action: 'ListTopics' }, ['sns:ListTopics *']],
  [{ Action: 'Unsubscribe', SubscriptionArn: `${news}:1` }, ['sns:Unsubscribe *']],
])('%j asks for %j', (parameters, wanted) => {
  expect(asked(parameters)).toEqual(wanted);
});

test("a request brings the topic's policy; a subscription tells its protocol and end", () => {
  const [subscribe] = read({ Action: 'Subscribe', TopicArn: news, Protocol: 'email', Endpoint: 'a@example.com' });

  expect(subscribe).toEqual({
    action: 'sns:Subscribe',
    resource: news,
    policy: JSON.stringify(policy),
    context: { 'sns:Protocol': 'email', 'sns:Endpoint': 'a@example.com' },
  });
});

test('what is no ARN of a topic is refused', () => {
  expect(() => read({ Action: 'Publish', TopicArn: 'news' })).toThrow('no ARN of a topic');
});

test('every operation asks for something', () => {
  const operations = operationsIn('sns/sns.ts');

  expect(operations).toContain('SetTopicAttributes');
  for (const Action of operations) expect(asked({ Action, TopicArn: news, Name: 'n' }), Action).not.toEqual([]);
});
