import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { administrator } from '../local/sample/connection.ts';
import type { TestStack } from '../test/end-to-end/stack.ts';

/** How a run ended, as its event says. */
export interface End {
  readonly run: string;
  readonly state: string;
}

/** Ends of runs, told by EventBridge: who waits for many runs does not load the stack by asking. */
export interface Ends {
  /** The next end of a run of a pipeline. To be called before the run starts; rejects after ten minutes. */
  next(pipeline: string): Promise<End>;
  close(): void;
}

const name = 'bench-ends';
const patience = 600_000;

/** Has every end of a run sent to a queue, and waits there by long polls. */
export async function watchEnds({ stack }: TestStack): Promise<Ends> {
  const place = { endpoint: stack.endpoint, region: stack.region, credentials: administrator };
  const sqs = new SQSClient(place);
  const queue = `arn:aws:sqs:${stack.region}:${stack.account}:${name}`;
  const Attributes = { Policy: eventBridgeMaySend(queue) };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  await sendEndsTo(new EventBridgeClient(place), queue);
  const waiting = new Map<string, PromiseWithResolvers<End>>();
  const closing = new AbortController();
  const receiving = receive(sqs, QueueUrl, closing.signal, ({ pipeline, 'execution-id': run, state }) => {
    waiting.get(pipeline)?.resolve({ run, state });
    waiting.delete(pipeline);
  });
  receiving.catch((error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
  });
  return {
    next(pipeline) {
      const end = Promise.withResolvers<End>();
      waiting.set(pipeline, end);
      const late = setTimeout(() => end.reject(new Error(`No run of ${pipeline} ended in 10 minutes.`)), patience);
      return end.promise.finally(() => clearTimeout(late));
    },
    close: () => closing.abort(),
  };
}

function eventBridgeMaySend(queue: string): string {
  const Principal = { Service: 'events.amazonaws.com' };
  const statement = { Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: queue };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

async function sendEndsTo(events: EventBridgeClient, queue: string): Promise<void> {
  const pattern = {
    source: ['sluice.codepipeline'],
    'detail-type': ['CodePipeline Pipeline Execution State Change'],
    detail: { state: [{ 'anything-but': ['STARTED', 'RESUMED', 'STOPPING'] }] },
  };
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: queue }] }));
}

interface Detail {
  readonly pipeline: string;
  readonly 'execution-id': string;
  readonly state: string;
}

async function receive(
  sqs: SQSClient,
  QueueUrl: string | undefined,
  abortSignal: AbortSignal,
  tell: (detail: Detail) => void,
): Promise<void> {
  while (!abortSignal.aborted) {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(command, { abortSignal });
    if (Messages.length === 0) continue;
    for (const { Body = '' } of Messages) tell((JSON.parse(Body) as { detail: Detail }).detail);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
