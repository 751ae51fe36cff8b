import { randomUUID } from 'node:crypto';
import { type Desk, ELSEWHERE, invalid, topicOf } from './desk.ts';
import type { Protocol, Subscription } from './store.ts';

const ATTRIBUTES = ['RawMessageDelivery', 'RedrivePolicy'];

/** What a new subscription is asked to be. */
export interface Wanted {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly fromTemplate: boolean;
}

/**
 * Makes a subscription, or finds the one of the same topic, protocol and endpoint. It is confirmed at once: AWS would first mail a
 * link to a new e-mail address, which nobody could receive here.
 */
export function putSubscription(desk: Desk, wanted: Wanted): Subscription {
  topicOf(desk, wanted.topicArn);
  const protocol = protocolOf(wanted);
  checkAttributes(wanted.attributes);
  const { topicArn, endpoint } = wanted;
  const existing = desk.store.subscriptions
    .all()
    .find((other) => other.topicArn === topicArn && other.protocol === protocol && other.endpoint === endpoint);
  const subscription = { ...wanted, protocol, arn: existing?.arn ?? `${topicArn}:${randomUUID()}` };
  if (existing !== undefined && !wanted.fromTemplate) return existing;
  desk.store.subscriptions.save(subscription);
  return subscription;
}

function protocolOf({ protocol, endpoint }: Wanted): Protocol {
  switch (protocol) {
    case 'email':
    case 'email-json':
      if (/^[^\s@<>",;]+@[^\s@<>",;]+$/.test(endpoint)) return protocol;
      throw invalid(`Email address: ${endpoint}`);
    case 'lambda':
    case 'sqs':
      if (endpoint.startsWith('arn:') && endpoint.split(':')[2] === protocol) return protocol;
      throw invalid(`Endpoint Reason: ${endpoint} is not an ARN of ${protocol}`);
    default:
      throw invalid(
        `Protocol: the local stack delivers to email, email-json, lambda and sqs, not to ${protocol}. ${ELSEWHERE}`,
      );
  }
}

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.includes(name));
  if (unknown !== undefined) {
    throw invalid(`Attributes Reason: the local stack has no ${unknown} of a subscription. ${ELSEWHERE}`);
  }
  const { RawMessageDelivery: raw, RedrivePolicy: redrive } = attributes;
  if (raw !== undefined && raw !== 'true' && raw !== 'false') throw invalid(`RawMessageDelivery: ${raw}`);
  if (redrive !== undefined && !isRedrivePolicy(redrive))
    throw invalid('RedrivePolicy: deadLetterTargetArn must be a queue');
}

function isRedrivePolicy(json: string): boolean {
  try {
    return /^arn:[^:]+:sqs:/.test(JSON.parse(json).deadLetterTargetArn);
  } catch {
    return false;
  }
}
