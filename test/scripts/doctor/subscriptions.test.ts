import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, expect, it } from 'vitest';
import { subscriptions } from '../../../scripts/doctor/approvals.ts';
import type { Place } from '../../../scripts/doctor/place.ts';

const topic = 'arn:aws:sns:eu-west-1:111122223333:approvals';
const place = { account: { options: { region: 'eu-west-1' } } } as unknown as Place;
const sns = mockClient(SNSClient);
afterEach(() => sns.reset());

it('a subscription whose mail nobody has answered is missing, on whatever page it is', async () => {
  const one = { Endpoint: 'one@example.com', SubscriptionArn: `${topic}:1` };
  const two = { Endpoint: 'two@example.com', SubscriptionArn: 'PendingConfirmation' };
  sns
    .on(ListSubscriptionsByTopicCommand, { TopicArn: topic })
    .resolves({ Subscriptions: [one], NextToken: 'more' })
    .on(ListSubscriptionsByTopicCommand, { TopicArn: topic, NextToken: 'more' })
    .resolves({ Subscriptions: [two] });

  const findings = await subscriptions(place, topic);

  expect(findings).toMatchObject([
    { status: 'ok', what: 'one@example.com is subscribed to the topic approvals' },
    {
      status: 'MISSING',
      what: 'two@example.com is subscribed to the topic approvals',
      why: 'the subscription is not confirmed',
      remedy: { do: expect.stringContaining('Follow the link in the mail of SNS') },
    },
  ]);
});

it('that nobody is mailed is no fault', async () => {
  sns.on(ListSubscriptionsByTopicCommand).resolves({ Subscriptions: [] });

  const findings = await subscriptions(place, topic);

  expect(findings).toMatchObject([{ status: 'ok', what: expect.stringContaining('PutApprovalResult answers') }]);
});

it('who may not list them is told so', async () => {
  const denied = Object.assign(new Error('not yours'), { name: 'AuthorizationError', $metadata: {} });
  sns.on(ListSubscriptionsByTopicCommand).rejects(denied);

  const findings = await subscriptions(place, topic);

  expect(findings).toMatchObject([{ status: 'not checked', why: 'AuthorizationError: not yours' }]);
});

it('an error of our own is not passed off as one', async () => {
  sns.on(ListSubscriptionsByTopicCommand).rejects(new TypeError('our own'));

  await expect(subscriptions(place, topic)).rejects.toThrow('our own');
});
