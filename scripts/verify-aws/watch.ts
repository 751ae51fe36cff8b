import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { until } from './passing.ts';

/** An event as EventBridge hands it on. */
export interface WatchedEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What came to the queue of the walk: messages of topics as their text, and events. */
export type Watched =
  | { readonly topic: string; readonly text: string }
  | { readonly topic?: undefined; readonly event: WatchedEvent };

/** Reads a queue to which topics and rules send. */
export class Watch {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #seen: Watched[] = [];

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /** Waits for what `pick` finds among all that came. */
  find<T>(what: string, pick: (watched: Watched) => T | undefined, seconds: number): Promise<T> {
    return until(what, async () => (await this.all()).map(pick).find((found) => found !== undefined), seconds);
  }

  /** All events and messages that came until now. */
  async all(): Promise<readonly Watched[]> {
    const ask = { QueueUrl: this.#url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
    for (let more = true; more; ) {
      const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand(ask));
      this.#seen.push(...Messages.map(({ Body = '' }) => read(Body)));
      more = Messages.length > 0;
      if (!more) break;
      const Entries = Messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }));
    }
    return this.#seen;
  }
}

function read(body: string): Watched {
  const { Type, TopicArn, Message, ...event } = JSON.parse(body);
  return Type === 'Notification' ? { topic: TopicArn, text: Message } : { event };
}

/** The signed link of a run's approval. */
export function linkOf(run: string): (watched: Watched) => string | undefined {
  return (watched) => {
    if (watched.topic === undefined) return undefined;
    const link: string | undefined = JSON.parse(watched.text).approval?.approvalReviewLink;
    return link?.includes(`run=${run}`) ? link : undefined;
  };
}
