import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { logger } from '../../../functions/lambda/logger.ts';
import type { World } from './world.ts';

type Input = Readonly<Record<string, unknown>>;
type Answer = (input: Input, world: World, command: string) => unknown;

const services: readonly (readonly [name: string, client: { readonly prototype: object }, answer: Answer])[] = [
  ['DynamoDB', DynamoDBDocumentClient, (input, { table }, command) => table.send(command, input)],
  ['StepFunctions', SFNClient, stepFunctions],
  ['S3', S3Client, s3],
  ['EventBridge', EventBridgeClient, eventBridge],
  ['Lambda', LambdaClient, lambda],
  ['SNS', SNSClient, () => ({ MessageId: 'm' })],
  ['SecretsManager', SecretsManagerClient, () => ({ SecretString: 'a key of the simulation' })],
];

/** Puts the world of the moment behind every SDK client, and its time behind the handlers' clock and pauses: for the whole process. */
export function serve(current: () => World): void {
  for (const [name, client, answer] of services) {
    Object.assign(client.prototype, {
      send(command: { readonly input: Input }): Promise<unknown> {
        const { input } = command;
        const operation = command.constructor.name;
        const world = current();
        const work = async () => answer(input, world, operation);
        // Functions keep secrets in mind, from one world to the next: that nothing waits for one makes no difference then.
        if (client === SecretsManagerClient) return work();
        return world.call(`${name}.${operation}${subject(operation, input)}`, work);
      },
    });
  }
  logger.error = (_, ...more) => {
    const [{ error }] = more as unknown as [{ error: Error }];
    current().met(error);
  };
  const realTime = Date.now;
  Date.now = () => current()?.now ?? realTime();
  const wait = globalThis.setTimeout;
  const pause = (callback: () => void, milliseconds?: number) => {
    const { invocations } = current();
    if (!invocations.isInside) return wait(callback, milliseconds);
    return void invocations.call('pause', async () => {}).then(callback);
  };
  Object.assign(globalThis, { setTimeout: pause });
}

/** What a trace shows of a call. */
function subject(operation: string, input: Input): string {
  switch (operation) {
    case 'SendTaskSuccessCommand':
      return ` ${input['taskToken']} ${input['output']}`;
    case 'StartExecutionCommand':
      return ` ${input['name']}`;
    case 'GetCommand':
      return ` ${(input['Key'] as { sk: string }).sk}`;
    case 'UpdateCommand':
      return ` ${(input['Key'] as { sk: string }).sk} ${input['UpdateExpression']}`;
    case 'TransactWriteCommand': {
      const items = input['TransactItems'] as readonly Readonly<
        Record<string, { Item?: { sk: string; status?: string }; Key?: { sk: string } }>
      >[];
      return ` ${items.flatMap((item) => Object.entries(item).map(([kind, { Item, Key }]) => `${kind} ${Item?.sk ?? Key?.sk} ${Item?.status ?? ''}`)).join(', ')}`;
    }
    default:
      return '';
  }
}

function stepFunctions(input: Input, { machine }: World, command: string): object {
  switch (command) {
    case 'StartExecutionCommand':
      machine.start(String(input['name']), String(input['input']));
      return {};
    case 'DescribeExecutionCommand':
      return machine.describe(String(input['executionArn']).split(':').at(-1) ?? '');
    case 'SendTaskSuccessCommand':
      machine.succeed(String(input['taskToken']), String(input['output']));
      return {};
    default:
      throw new Error(`The simulation's Step Functions has no ${command}.`);
  }
}

function s3(input: Input, { objects }: World, command: string): object {
  const key = String(input['Key']);
  if (command === 'PutObjectCommand') {
    objects.set(key, String(input['Body']));
    return {};
  }
  const text = objects.get(key);
  if (text === undefined) throw Object.assign(new Error(key), { name: 'NoSuchKey' });
  return { Body: { transformToString: async () => text } };
}

/** Takes events; at times only the first of them. */
function eventBridge(input: Input, world: World): object {
  const entries = input['Entries'] as readonly { DetailType: string; Detail: string }[];
  const taken = world.fault('EventBridge takes not all')
    ? world.choices.below('taken', entries.length)
    : entries.length;
  for (const { DetailType, Detail } of entries.slice(0, taken)) {
    world.published.push({ type: DetailType, detail: JSON.parse(Detail) });
  }
  return {
    Entries: entries.map((_, index) => (index < taken ? { EventId: String(index) } : { ErrorCode: 'InternalFailure' })),
  };
}

function lambda(input: Input, world: World): object {
  world.invokeLater(String(input['FunctionName']), JSON.parse(Buffer.from(input['Payload'] as Uint8Array).toString()));
  return { StatusCode: 202 };
}
