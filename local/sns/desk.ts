import { ServiceError, type StackContext } from '../service.ts';
import type { Publisher } from './publisher.ts';
import type { Member, Query } from './query.ts';
import type { Store, Subscription, Topic } from './store.ts';

/** What an operation works on. */
export interface Desk {
  readonly context: StackContext;
  readonly store: Store;
  readonly publisher: Publisher;
}

/** An operation of the API: answers with the members of its result, or nothing when it has no result. */
export type Operation = (desk: Desk, query: Query) => { readonly [name: string]: Member } | undefined;

/** How to reach what is not here. */
export const ELSEWHERE = 'Set AWS_ENDPOINT_URL_SNS to use another endpoint.';

/** The topic of an ARN; NotFound when there is none. */
export function topicOf({ store }: Desk, arn: string): Topic {
  const topic = store.topics.get(arn);
  if (topic !== undefined) return topic;
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]{1,256}$/.test(arn))
    throw invalid(`TopicArn Reason: ${arn} is not the ARN of a topic`);
  throw new ServiceError('NotFound', 'Topic does not exist', 404);
}

/** The subscription of an ARN; NotFound when there is none. */
export function subscriptionOf({ store }: Desk, arn: string): Subscription {
  const subscription = store.subscriptions.get(arn);
  if (subscription !== undefined) return subscription;
  throw new ServiceError('NotFound', 'Subscription does not exist', 404);
}

/** SNS's answer to what it does not take. */
export function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}

/** A page of at most 100, and the NextToken that asks for the rest. */
export function page<T>(items: readonly T[], query: Query): { items: readonly T[]; NextToken: string | undefined } {
  const from = Number(query.get('NextToken') ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalid('NextToken');
  const end = from + 100;
  return { items: items.slice(from, end), NextToken: end < items.length ? String(end) : undefined };
}
