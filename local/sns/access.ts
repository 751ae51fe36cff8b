import { type AccessReader, type AccessRequest, keyAccess, type SignedCall } from '../access.ts';
import { type Desk, invalid } from './desk.ts';
import { Query } from './query.ts';
import { topicArn } from './topics.ts';

/** The parameters of a request: of its body, or of its query when it has none. */
export function parametersOf(body: string, query: URLSearchParams): Query {
  return new Query(new URLSearchParams(body === '' ? query : body));
}

/** By operation, those that are for no topic (service authorization reference of SNS). */
const WITHOUT_TOPIC = ['GetSubscriptionAttributes', 'ListSubscriptions', 'ListTopics', 'Unsubscribe'];
const OF_TOPIC = [
  'ConfirmSubscription',
  'DeleteTopic',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'SetTopicAttributes',
  'Subscribe',
];

/** What a request to SNS asks for, with the topic's policy and key. */
export function accessOf(desk: Desk): AccessReader {
  return ({ body, query: parameters }: SignedCall) => {
    const query = parametersOf(body?.toString() ?? '', parameters);
    const action = query.get('Action') ?? '';
    if (WITHOUT_TOPIC.includes(action)) return [{ action: `sns:${action}`, resource: '*' }];
    if (action === 'Publish') return publishing(desk, query.get('TopicArn') ?? query.get('TargetArn') ?? '');
    if (action === 'PublishBatch') return publishing(desk, query.get('TopicArn') ?? '');
    if (action === 'CreateTopic') return [onTopic(desk, topicArn(desk, query.get('Name') ?? ''), action)];
    if (!OF_TOPIC.includes(action)) return [];
    const asked = onTopic(desk, query.get('TopicArn') ?? '', action);
    if (action !== 'Subscribe') return [asked];
    const context = { 'sns:Protocol': query.get('Protocol') ?? '', 'sns:Endpoint': query.get('Endpoint') ?? '' };
    return [{ ...asked, context }];
  };
}

/** What publishing to a topic asks for. */
export function publishing(desk: Desk, arn: string): readonly AccessRequest[] {
  const key = desk.store.topics.get(arn)?.attributes['KmsMasterKeyId'];
  const asked = onTopic(desk, arn, 'Publish');
  const { region } = desk.context;
  return [asked, ...keyAccess(key, ['GenerateDataKey', 'Decrypt'], 'sns', region, { 'aws:sns:topicArn': arn })];
}

function onTopic({ store }: Desk, resource: string, action: string): AccessRequest {
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(resource))
    throw invalid(`TopicArn Reason: ${resource} is no ARN of a topic.`);
  return { action: `sns:${action}`, resource, policy: store.topics.get(resource)?.attributes['Policy'] };
}
