import { join } from 'node:path';
import type { AccessRequest } from '../access.ts';
import { openDatabase } from '../database.ts';
import type { Ports } from '../ports.ts';
import {
  type Resource,
  type ResourceValues,
  readBody,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
  type StackContext,
} from '../service.ts';
import { accessOf, operationOf, sending } from './access.ts';
import { Arrivals } from './arrivals.ts';
import { changeMessageVisibility } from './change-message-visibility.ts';
import { deleteMessage, deleteMessageBatch } from './delete-message.ts';
import { Messages } from './messages.ts';
import type { Operation, Parts } from './operation.ts';
import {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listQueues,
  purgeQueue,
} from './queue-operations.ts';
import { type Queue, Queues } from './queues.ts';
import { receiveMessage } from './receive-message.ts';
import { deliver, sendMessage, sendMessageBatch } from './send-message.ts';
import { readSettings, requireName } from './settings.ts';

/** SQS, local: standard queues. */
export interface SqsService extends Service, Pick<Ports, 'sendMessage'> {
  /** What sending a message asks for. */
  accessToSend(queueArn: string): readonly AccessRequest[];
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    ReceiveMessage: receiveMessage,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    ChangeMessageVisibility: changeMessageVisibility,
    GetQueueAttributes: getQueueAttributes,
    GetQueueUrl: getQueueUrl,
    ListQueues: listQueues,
    PurgeQueue: purgeQueue,
    CreateQueue: createQueue,
    DeleteQueue: deleteQueue,
  }),
);

/** Codes that clients of the older protocol know by another name. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** Opens SQS over `<dir>/sqs`. */
export function openSqs(context: StackContext): SqsService {
  const { clock, dir } = context;
  const database = openDatabase(join(dir, 'sqs', 'sqs.sqlite'));
  const queues = new Queues(database, context);
  const parts: Parts = { database, clock, queues, messages: new Messages(database), arrivals: new Arrivals(clock) };
  const policies = new Map<string, string>();
  const policyOf = ({ name, settings }: Queue) => policies.get(queues.arn(name)) ?? settings.kept['Policy'];

  const makePolicy = ({ name, properties }: Resource): ResourceValues => {
    for (const url of properties.Queues ?? [])
      policies.set(queues.arn(queues.byUrl(url).name), JSON.stringify(properties.PolicyDocument));
    return { ref: name, attributes: { Id: name } };
  };

  return {
    signingName: 'sqs',
    access: accessOf(context, queues, policyOf),
    accessToSend: (arn) => sending(context, queues, policyOf, arn),
    handle: (request) => handle(parts, request),
    resources: {
      'AWS::SQS::Queue': (resource) => makeQueue(queues, resource),
      'AWS::SQS::QueuePolicy': makePolicy,
    },
    sendMessage: (queueArn, body, attributes) => deliver(parts, queueArn, body, attributes),
    close() {
      parts.arrivals.close();
      if (database.isOpen) database.close();
    },
  };
}

function makeQueue(queues: Queues, { name: otherwise, properties }: Resource): ResourceValues {
  const { QueueName, Tags = [], ...settings } = properties;
  const name = requireName(QueueName ?? otherwise);
  const tags = Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]);
  queues.put(name, readSettings(settings), Object.fromEntries(tags));
  const url = queues.url(name);
  return { ref: url, attributes: { Arn: queues.arn(name), QueueName: name, QueueUrl: url } };
}

async function handle(parts: Parts, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const name = operationOf(request);
    const operation = OPERATIONS.get(name);
    if (operation === undefined) {
      throw new ServiceError(
        'UnknownOperationException',
        `The local stack has no SQS operation ${name}. Set AWS_ENDPOINT_URL_SQS to use another endpoint.`,
      );
    }
    const answer = await operation(parts, await readInput(request), request.caller.arn);
    return respond(200, answer);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message, status } = error;
    const query = `${QUERY_CODES[code] ?? code};Sender`;
    return respond(status, { __type: `com.amazonaws.sqs#${code}`, message }, { 'x-amzn-query-error': query });
  }
}

async function readInput({ body }: ServiceRequest): Promise<Record<string, unknown>> {
  const text = (await readBody(body)).toString();
  try {
    const input: unknown = JSON.parse(text || '{}');
    if (typeof input === 'object' && input !== null) return input as Record<string, unknown>;
  } catch {
    // Not JSON: refused below, like JSON that is no object.
  }
  throw new ServiceError('SerializationException', 'The request is not a JSON object.');
}

function respond(status: number, body: object, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...headers }, body: JSON.stringify(body) };
}
