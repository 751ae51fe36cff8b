import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database.ts';
import { backOff, type Delivery, Outbox } from '../outbox.ts';
import type { Ports, Sender } from '../ports.ts';
import { ServiceError, type StackContext } from '../service.ts';
import { isGone, isRefused } from '../target.ts';
import { type Message, textFor } from './message.ts';
import type { Mail, Store, Subscription, Topic } from './store.ts';

/** One message on its way to a function or queue. */
interface Work {
  readonly protocol: 'lambda' | 'sqs';
  readonly endpoint: string;
  /** The topic. */
  readonly topic?: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly deadLetterQueue?: string;
}

const HOUR = 3_600_000;
/** SNS tries functions and queues for 23 days (SNS developer guide, "Message delivery retries"). */
const LONGEST = 23 * 24 * HOUR;

/**
 * Sends messages to subscribers. A message, its mails and its deliveries are stored as one. Notifications carry no signature: no
 * certificate here could vouch for it.
 */
export class Publisher {
  readonly #context: StackContext;
  readonly #database: DatabaseSync;
  readonly #store: Store;
  readonly #outbox: Outbox<Work>;

  constructor(
    context: StackContext,
    database: DatabaseSync,
    store: Store,
    ports: Pick<Ports, 'invokeLater' | 'sendMessage'>,
  ) {
    this.#context = context;
    this.#database = database;
    this.#store = store;
    this.#outbox = new Outbox<Work>(database, context.clock, {
      deliver: async ({ work }) => {
        const { protocol, endpoint, body, attributes } = work;
        if (protocol === 'lambda') await ports.invokeLater(endpoint, body, senderOf(work));
        else ports.sendMessage(endpoint, body, attributes, senderOf(work));
      },
      retryAt: (delivery, error) => this.#retryAt(delivery, error),
      giveUp: (delivery, error) => deadLetter(ports, delivery, error),
    });
  }

  start(): void {
    this.#outbox.start();
  }

  close(): Promise<void> {
    return this.#outbox.close();
  }

  /** Stores messages for all subscribers of a topic; answers with their ids. */
  publish(topicArn: string, messages: readonly Message[]): readonly string[] {
    const topic = this.#store.topics.get(topicArn);
    if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    const subscriptions = this.#store.subscriptions.all().filter((subscription) => subscription.topicArn === topicArn);
    const ids = messages.map(() => randomUUID());
    transaction(this.#database, () => {
      for (const [index, message] of messages.entries()) {
        for (const subscription of subscriptions) this.#send(topic, subscription, message, ids[index] ?? '');
      }
    });
    this.#outbox.wake();
    return ids;
  }

  #send(topic: Topic, subscription: Subscription, message: Message, id: string): void {
    const { protocol, endpoint, attributes } = subscription;
    if (protocol === 'email' || protocol === 'email-json') {
      this.#store.mails.add(this.#mail(topic, subscription, message, id));
      return;
    }
    const { deadLetterTargetArn: deadLetterQueue } = JSON.parse(attributes['RedrivePolicy'] ?? '{}');
    const raw = protocol === 'sqs' && attributes['RawMessageDelivery'] === 'true';
    const notification = this.#notification(subscription, message, id);
    const records = [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: forLambda(notification),
      },
    ];
    const body = protocol === 'lambda' ? { Records: records } : notification;
    this.#outbox.add({
      protocol,
      endpoint,
      topic: topic.arn,
      body: raw ? textFor(message, protocol) : JSON.stringify(body),
      ...(raw && { attributes: plain(message) }),
      ...(deadLetterQueue !== undefined && { deadLetterQueue }),
    });
  }

  #mail(topic: Topic, subscription: Subscription, message: Message, id: string): Mail {
    const { protocol, endpoint } = subscription;
    const json = () => JSON.stringify(this.#notification(subscription, message, id), null, 2);
    return {
      id: randomUUID(),
      from: `${topic.attributes['DisplayName'] || 'AWS Notifications'} <no-reply@sns.amazonaws.com>`,
      to: endpoint,
      subject: message.subject ?? 'AWS Notification Message',
      text: protocol === 'email-json' ? json() : textFor(message, protocol),
      time: this.#context.clock.now(),
      topic: topic.arn,
    };
  }

  #notification(subscription: Subscription, message: Message, id: string): Notification {
    const { topicArn, protocol, arn } = subscription;
    const { subject, attributes } = message;
    return {
      Type: 'Notification',
      MessageId: id,
      TopicArn: topicArn,
      ...(subject !== undefined && { Subject: subject }),
      Message: textFor(message, protocol),
      Timestamp: new Date(this.#context.clock.now()).toISOString(),
      SignatureVersion: '1',
      Signature: '',
      SigningCertURL: '',
      UnsubscribeURL: `${this.#context.endpoint}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(arn)}`,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    };
  }

  #retryAt(delivery: Delivery<Work>, error: Error): number | undefined {
    if (isGone(error) || isRefused(error)) return undefined;
    const again = this.#context.clock.now() + backOff(delivery.attempts, HOUR);
    return again - delivery.since > LONGEST ? undefined : again;
  }
}

interface Notification {
  readonly SigningCertURL: string;
  readonly UnsubscribeURL: string;
  readonly Subject?: string;
  readonly MessageAttributes?: Message['attributes'];
  readonly [member: string]: unknown;
}

/** Lambda's spelling of a notification: URLs end in Url, and nothing is left out. */
function forLambda({
  SigningCertURL,
  UnsubscribeURL,
  Subject,
  MessageAttributes,
  ...notification
}: Notification): object {
  return {
    ...notification,
    Subject: Subject ?? null,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes: MessageAttributes ?? {},
  };
}

function plain({ attributes }: Message): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { Value }]) => [name, Value]));
}

function deadLetter(ports: Pick<Ports, 'sendMessage'>, { id, work }: Delivery<Work>, error: Error): void {
  if (work.deadLetterQueue === undefined) {
    console.error(`SNS dropped a message for ${work.endpoint}: ${error.name}: ${error.message}`);
    return;
  }
  const attributes = { RequestID: id, ErrorCode: error.name, ErrorMessage: error.message };
  ports.sendMessage(work.deadLetterQueue, work.body, attributes, senderOf(work));
}

/** SNS calls for the topic: the policy of the function or queue admits it. */
function senderOf({ topic }: Work): Sender {
  return { service: 'sns.amazonaws.com', sourceArn: topic };
}
