import { type AccessReader, type AccessRequest, jsonMembers, keyAccess, type SignedCall } from '../access.ts';
import type { StackContext } from '../service.ts';
import type { Queue, Queues } from './queues.ts';

/** A queue's policy as JSON text. */
type PolicyOf = (queue: Queue) => string | undefined;
type KeyActions = Parameters<typeof keyAccess>[1];

/** By operation: the action, and what it does with the queue's key (SQS Developer Guide, "Amazon SQS API permissions" and "Key management"). */
const ACTIONS: Readonly<Record<string, readonly [action: string, key?: KeyActions]>> = {
  SendMessage: ['SendMessage', ['GenerateDataKey', 'Decrypt']],
  SendMessageBatch: ['SendMessage', ['GenerateDataKey', 'Decrypt']],
  ReceiveMessage: ['ReceiveMessage', ['Decrypt']],
  DeleteMessage: ['DeleteMessage'],
  DeleteMessageBatch: ['DeleteMessage'],
  ChangeMessageVisibility: ['ChangeMessageVisibility'],
  GetQueueAttributes: ['GetQueueAttributes'],
  GetQueueUrl: ['GetQueueUrl'],
  PurgeQueue: ['PurgeQueue'],
  CreateQueue: ['CreateQueue'],
  DeleteQueue: ['DeleteQueue'],
};

/** The operation that a request names; empty when it names none. */
export function operationOf({ headers }: Pick<SignedCall, 'headers'>): string {
  return /^AmazonSQS\.(\w+)$/.exec(String(headers['x-amz-target']))?.[1] ?? '';
}

/** What a request to SQS asks for, with the queue's policy and key. */
export function accessOf(context: StackContext, queues: Queues, policyOf: PolicyOf): AccessReader {
  return (call) => {
    const operation = operationOf(call);
    if (operation === 'ListQueues') return [{ action: 'sqs:ListQueues', resource: '*' }];
    const [action, key = []] = (Object.hasOwn(ACTIONS, operation) && ACTIONS[operation]) || [];
    if (action === undefined) return [];
    const { QueueName: name, QueueUrl: url } = jsonMembers(call);
    const byName = action === 'CreateQueue' || action === 'GetQueueUrl';
    return onQueue(
      context,
      queues,
      policyOf,
      String(byName ? name : (String(url).split('/').at(-1) ?? '')),
      action,
      key,
    );
  };
}

/** What sending a message asks for. */
export function sending(
  context: StackContext,
  queues: Queues,
  policyOf: PolicyOf,
  queueArn: string,
): readonly AccessRequest[] {
  return onQueue(context, queues, policyOf, queueArn.split(':')[5] ?? '', 'SendMessage', [
    'GenerateDataKey',
    'Decrypt',
  ]);
}

function onQueue(
  { region }: StackContext,
  queues: Queues,
  policyOf: PolicyOf,
  name: string,
  action: string,
  key: KeyActions,
): readonly AccessRequest[] {
  const queue = queues.find(name);
  const resource = queues.arn(name);
  const asked = { action: `sqs:${action}`, resource, policy: queue && policyOf(queue) };
  return [asked, ...keyAccess(queue?.settings.kept['KmsMasterKeyId'], key, 'sqs', region, { 'aws:sqs:arn': resource })];
}
