import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { administrator } from '../../local/sample/connection.ts';
import { policy } from '../../local/sample/roles.ts';
import type { Stack } from '../../local/stack.ts';

const mostAsked = 40;

/** Has pipelines' events sent to a queue, by a rule as users write it; answers how to read them, as JSON text, until enough are there: they may come in any order. */
export async function listen(
  stack: Stack,
): Promise<(isEnough: (events: readonly string[]) => boolean) => Promise<readonly string[]>> {
  const { account, endpoint, region } = stack;
  const client = { endpoint, region, credentials: administrator };
  const sqs = new SQSClient(client);
  const bus = new EventBridgeClient(client);
  const arn = `arn:aws:sqs:${region}:${account}:heard`;
  const Principal = { Service: 'events.amazonaws.com' };
  const Policy = JSON.stringify(policy({ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: arn }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'heard', Attributes: { Policy } }));
  const EventPattern = JSON.stringify({ source: ['sluice.codepipeline'] });
  await bus.send(new PutRuleCommand({ Name: 'heard', EventPattern }));
  await bus.send(new PutTargetsCommand({ Rule: 'heard', Targets: [{ Id: 'queue', Arn: arn }] }));
  bus.destroy();
  return async (isEnough) => {
    const found: string[] = [];
    for (let asked = 0; asked < mostAsked && !isEnough(found); asked += 1) {
      const asks = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 3 });
      const { Messages = [] } = await sqs.send(asks);
      found.push(...Messages.map(({ Body = '' }) => Body));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    sqs.destroy();
    return found;
  };
}
