import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import type { Checked } from './checked.ts';
import { type Finding, lookingAt, missing, ok } from './finding.ts';
import { mayUseKey } from './keys.ts';
import type { Place } from './place.ts';
import { word } from './plain.ts';
import { admits } from './policies.ts';
import { mayDo } from './rights.ts';
import { roleName } from './roles.ts';

/** Approval, Manual: who is mailed, and the action's own topic. */
export async function checkApproval(place: Place, checked: Checked): Promise<readonly Finding[]> {
  const { NotificationArn: topic } = checked.configured;
  const approvers = place.outputs['ApprovalTopicArn'] ?? '';
  const mailed = await subscriptions(place, approvers);
  return topic === undefined ? mailed : [...mailed, ...(await ownTopic(place, checked, topic))];
}

async function ownTopic(place: Place, { purpose, role }: Checked, topic: string): Promise<readonly Finding[]> {
  const what = `the topic ${topic} is there`;
  const found = await lookingAt(what, async () => {
    const attributes = await attributesOf(place, topic);
    if (attributes === undefined || topic.split(':')[3] !== place.region)
      return missing(what, `SNS has no such topic in ${place.region}`, {
        do: `aws sns create-topic --name ${word(topic.slice(topic.lastIndexOf(':') + 1))}, or change NotificationArn of the action ${purpose}.`,
      });
    const { KmsMasterKeyId: key, Policy } = attributes;
    const use = { purpose, role, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], service: 'sns' } as const;
    return [
      ok(what),
      ...(Policy === undefined ? [] : await byPolicy(purpose, role, topic, Policy)),
      ...(key === undefined ? [] : await mayUseKey(place, { ...use, key })),
    ];
  });
  const allowed = async (action: string, resource: string) => {
    const policy = (await attributesOf(place, topic))?.['Policy'];
    return policy !== undefined && admits('resource', JSON.parse(policy), { who: role, action, resource, alone: true });
  };
  const right = { purpose, role, actions: ['sns:Publish'], on: [topic], allowed };
  return [...found, ...(await mayDo(place, right)), ...(await subscriptions(place, topic))];
}

function byPolicy(purpose: string, role: string, topic: string, policy: string): Promise<readonly Finding[]> {
  const what = `${purpose}: the policy of the topic leaves the role ${roleName(role)} alone`;
  return lookingAt(what, async () => {
    const question = { who: role, action: 'sns:Publish', resource: topic };
    if (admits('resource', JSON.parse(policy), question)) return ok(what);
    const where = `the policy of the topic ${topic}`;
    return missing(what, 'a statement of it denies sns:Publish', { do: `Take ${role} out of the Deny, in ${where}.` });
  });
}

async function attributesOf({ account }: Place, topic: string) {
  try {
    const asked = new GetTopicAttributesCommand({ TopicArn: topic });
    const { Attributes } = await new SNSClient(account.options).send(asked);
    return Attributes;
  } catch (error) {
    if (error instanceof Error && /^NotFound/.test(error.name)) return undefined;
    throw error;
  }
}

/** Looks whether everybody who subscribed has followed the link that SNS mailed. Nobody need be mailed: PutApprovalResult answers too. */
export async function subscriptions(place: Place, topic: string): Promise<readonly Finding[]> {
  const name = topic.slice(topic.lastIndexOf(':') + 1);
  return lookingAt(`the subscriptions of the topic ${name}`, async () => {
    const findings: Finding[] = [];
    const client = new SNSClient(place.account.options);
    let NextToken: string | undefined;
    do {
      const asked = { TopicArn: topic, ...(NextToken === undefined ? {} : { NextToken }) };
      const listed = await client.send(new ListSubscriptionsByTopicCommand(asked));
      for (const subscription of listed.Subscriptions ?? []) findings.push(confirmed(subscription, topic));
      NextToken = listed.NextToken;
    } while (NextToken !== undefined);
    return findings.length > 0
      ? findings
      : [ok(`nobody is subscribed to the topic ${name}: PutApprovalResult answers`)];
  });
}

function confirmed({ Endpoint = '', Protocol, SubscriptionArn }: Subscription, topic: string): Finding {
  const what = `${Endpoint} is subscribed to the topic ${topic.slice(topic.lastIndexOf(':') + 1)}`;
  if (SubscriptionArn !== 'PendingConfirmation') return ok(what);
  const again = `aws sns subscribe --topic-arn ${word(topic)} --protocol ${Protocol} --notification-endpoint ${word(Endpoint)}`;
  return missing(what, 'the subscription is not confirmed', {
    do: `Follow the link in the mail of SNS. After three days it is good no longer: ${again}`,
  });
}
