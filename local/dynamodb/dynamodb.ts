import { crc32 } from 'node:zlib';
import type { AccessRequest } from '../access.ts';
import type { Ports } from '../ports.ts';
import {
  readBody,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
  type StackContext,
} from '../service.ts';
import { accessOf, streamAccess } from './access.ts';
import { noStreamsApi, unknownOperation } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { Housekeeping } from './housekeeping.ts';
import { batchGetItem } from './operations/batch-get-item.ts';
import { batchWriteItem } from './operations/batch-write-item.ts';
import { createTable } from './operations/create-table.ts';
import { deleteItem } from './operations/delete-item.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable } from './operations/describe-table.ts';
import { describeTimeToLive } from './operations/describe-time-to-live.ts';
import { getItem } from './operations/get-item.ts';
import { listTables } from './operations/list-tables.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { scan } from './operations/scan.ts';
import { transactGetItems } from './operations/transact-get-items.ts';
import { transactWriteItems } from './operations/transact-write-items.ts';
import { updateItem } from './operations/update-item.ts';
import { updateTimeToLive } from './operations/update-time-to-live.ts';
import { type Operation, openState, type State } from './state.ts';
import { tableResource } from './table-resource.ts';

export type DynamodbService = Service &
  Pick<Ports, 'readStream' | 'onStream'> & {
    /** What reading a stream asks for. */
    accessToStream(streamArn: string): readonly AccessRequest[];
  };

const API = 'DynamoDB_20120810';
const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['BatchGetItem', batchGetItem],
  ['BatchWriteItem', batchWriteItem],
  ['CreateTable', createTable],
  ['DeleteItem', deleteItem],
  ['DeleteTable', deleteTable],
  ['DescribeTable', describeTable],
  ['DescribeTimeToLive', describeTimeToLive],
  ['GetItem', getItem],
  ['ListTables', listTables],
  ['PutItem', putItem],
  ['Query', query],
  ['Scan', scan],
  ['TransactGetItems', transactGetItems],
  ['TransactWriteItems', transactWriteItems],
  ['UpdateItem', updateItem],
  ['UpdateTimeToLive', updateTimeToLive],
]);

/** The operations of the API, by name. */
export const operationNames: readonly string[] = [...OPERATIONS.keys()];

/**
 * DynamoDB over `<dir>/dynamodb/dynamodb.sqlite`. A write is answered when it is on disk, with its index entries and stream
 * records; what one request writes is all there after a crash, or nothing. Errors are answered, never thrown.
 */
export function openDynamodb(context: StackContext): DynamodbService {
  const state = openState(context);
  const commits = new GroupCommit(state.database, () => state.streams.notify());
  const housekeeping = new Housekeeping(state, commits, context.clock);
  return {
    signingName: 'dynamodb',
    access: accessOf(context, state.catalogue),
    accessToStream: (arn) => streamAccess(context, state.catalogue, arn),
    handle: (request) => handle(state, commits, request),
    resources: { 'AWS::DynamoDB::Table': (resource) => tableResource(state, resource) },
    start: () => housekeeping.start(),
    close: () => {
      housekeeping.close();
      commits.flush();
      state.streams.close();
      state.database.close();
    },
    readStream: (streamArn, after, limit) => state.streams.read(streamArn, after, limit),
    onStream: (streamArn, listener) => state.streams.listen(streamArn, listener),
  };
}

async function handle(state: State, commits: GroupCommit, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const operation = operationOf(request);
    const input = parseBody(await readBody(request.body));
    const output =
      operation.kind === 'write' ? await commits.write(() => operation.run(state, input)) : operation.run(state, input);
    return answer(200, output, request.requestId);
  } catch (error) {
    return answerError(error, request.requestId);
  }
}

function operationOf({ headers }: ServiceRequest): Operation {
  const target = String(headers['x-amz-target'] ?? '');
  const [api = '', name = ''] = target.split('.');
  const operation = api === API ? OPERATIONS.get(name) : undefined;
  if (operation) return operation;
  throw api.startsWith('DynamoDBStreams') ? noStreamsApi(name) : unknownOperation(name);
}

function parseBody(body: Buffer): object {
  const text = body.toString();
  let isUnstorable = false;
  // An attribute of this name would vanish into JavaScript's prototype of the item; a value may be this text.
  const look = (name: string, value: unknown) => {
    if (name === '__proto__') isUnstorable = true;
    return value;
  };
  let input: unknown;
  try {
    input = JSON.parse(text || '{}', /__proto__|\\u/.test(text) ? look : undefined);
  } catch {
    // Answered as any other body that is no JSON object.
  }
  if (isUnstorable)
    throw new ServiceError('ValidationException', 'The local stack cannot store an attribute named __proto__.');
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}

function answer(status: number, output: object, requestId: string): ServiceResponse {
  const body = JSON.stringify(output);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-requestid': requestId,
    'x-amz-crc32': String(crc32(body)),
  };
  return { status, headers, body };
}

/** A fault of ours is answered as one and logged; SDKs try it again. */
function answerError(error: unknown, requestId: string): ServiceResponse {
  if (!(error instanceof ServiceError)) {
    console.error('dynamodb:', error);
    return answerError(new ServiceError('InternalServerError', 'Internal server error', 500), requestId);
  }
  const { code, message, status, members } = error;
  return answer(status, { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...members }, requestId);
}
