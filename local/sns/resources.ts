import { type Resource, type ResourceHandler, ServiceError } from '../service.ts';
import { type Desk, ELSEWHERE, topicOf } from './desk.ts';
import { putSubscription } from './subscriptions.ts';
import { putTopic } from './topics.ts';

const TOPIC = [
  'TopicName',
  'DisplayName',
  'KmsMasterKeyId',
  'TracingConfig',
  'SignatureVersion',
  'Subscription',
  'Tags',
];
const SUBSCRIPTION = ['TopicArn', 'Protocol', 'Endpoint', 'RawMessageDelivery', 'RedrivePolicy', 'Region'];

/** Handlers of the template's resources; `seen` collects the ARNs of its topics and subscriptions. */
export function resources(desk: Desk, seen: Set<string>): Readonly<Record<string, ResourceHandler>> {
  const subscribe = (topicArn: string, properties: Readonly<Record<string, unknown>>) => {
    const subscription = putSubscription(desk, {
      topicArn,
      protocol: String(properties['Protocol']),
      endpoint: String(properties['Endpoint'] ?? ''),
      attributes: texts(properties, ['RawMessageDelivery', 'RedrivePolicy']),
      fromTemplate: true,
    });
    seen.add(subscription.arn);
    return subscription;
  };
  return {
    'AWS::SNS::Topic': (resource) => {
      refuseUnknown(resource, TOPIC);
      const { TopicName: name = resource.name, Subscription = [], Tags = [] } = resource.properties ?? {};
      const attributes = texts(resource.properties, [
        'DisplayName',
        'KmsMasterKeyId',
        'TracingConfig',
        'SignatureVersion',
      ]);
      const tags = Object.fromEntries(Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));
      const topic = putTopic(desk, String(name), { attributes, tags, fromTemplate: true });
      seen.add(topic.arn);
      for (const subscription of Subscription) subscribe(topic.arn, subscription);
      return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: String(name) } };
    },
    'AWS::SNS::Subscription': (resource) => {
      refuseUnknown(resource, SUBSCRIPTION);
      const { arn } = subscribe(resource.properties.TopicArn, resource.properties);
      return { ref: arn, attributes: { Arn: arn } };
    },
    'AWS::SNS::TopicPolicy': ({ name, properties }) => {
      for (const arn of properties.Topics) {
        const topic = topicOf(desk, arn);
        const attributes = { ...topic.attributes, Policy: JSON.stringify(properties.PolicyDocument) };
        desk.store.topics.save({ ...topic, attributes });
      }
      return { ref: name, attributes: { Id: name } };
    },
  };
}

function refuseUnknown({ logicalId, type, properties }: Resource, known: readonly string[]): void {
  const unknown = Object.keys(properties ?? {}).find((property) => !known.includes(property));
  if (unknown === undefined) return;
  const message = `${logicalId}: the local stack has no ${unknown} of ${type}. ${ELSEWHERE}`;
  throw new ServiceError('InvalidParameter', message);
}

function texts(properties: Readonly<Record<string, unknown>> = {}, names: readonly string[]): Record<string, string> {
  const given = names.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, text(properties[name])]));
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
