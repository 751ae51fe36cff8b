import type { AccessRequest } from '../access.ts';
import type { Ports } from '../ports.ts';
import { readBody, type Service, ServiceError, type ServiceRequest, type StackContext } from '../service.ts';
import { accessOf, operationOf, writing } from './access.ts';
import type { Input } from './input.ts';
import { type Line, LineBuffer } from './line-buffer.ts';
import { checkGroupName, checkStreamName } from './names.ts';
import type { Desk, Operation } from './operation.ts';
import { createLogGroup } from './operations/create-log-group.ts';
import { createLogStream } from './operations/create-log-stream.ts';
import { deleteLogGroup } from './operations/delete-log-group.ts';
import { deleteLogStream } from './operations/delete-log-stream.ts';
import { deleteRetentionPolicy } from './operations/delete-retention-policy.ts';
import { describeLogGroups } from './operations/describe-log-groups.ts';
import { describeLogStreams } from './operations/describe-log-streams.ts';
import { filterLogEvents } from './operations/filter-log-events.ts';
import { getLogEvents } from './operations/get-log-events.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { putRetentionPolicy } from './operations/put-retention-policy.ts';
import { keepRetention } from './retention.ts';
import { openStore } from './store.ts';
import { makeLogGroup } from './template-group.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateLogGroup: createLogGroup,
  CreateLogStream: createLogStream,
  DeleteLogGroup: deleteLogGroup,
  DeleteLogStream: deleteLogStream,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
  ListTagsForResource: listTagsForResource,
  PutLogEvents: putLogEvents,
  PutRetentionPolicy: putRetentionPolicy,
};

/** CloudWatch Logs. */
export interface Logs extends Service, Pick<Ports, 'log'> {
  /** What writing the log of a function or build asks for. */
  accessToWrite(group: string, stream: string): readonly AccessRequest[];
  /** Lines of a stream in the order of their arrival, after the one with index `after` (0: from the first). None when there is no such stream. */
  read(
    group: string,
    stream: string,
    after: number,
    limit: number,
  ): { readonly events: readonly { readonly index: number; readonly time: number; readonly message: string }[] };
}

/** Opens CloudWatch Logs over `<dir>/logs`. Lines of `log` are written within 50 ms, and before anything is read; after `close` they are dropped. */
export function openLogs(context: StackContext): Logs {
  const store = openStore(context);
  const buffer = new LineBuffer(write);
  const retention = keepRetention(store, context.clock);
  let open = true;

  function write(lines: readonly Line[]): void {
    const now = context.clock.now();
    store.atOnce(() => {
      for (const [, ofStream] of Map.groupBy(lines, ({ group, stream }) => `${group}:${stream}`)) {
        store.append(streamOf(ofStream[0] as Line, now), now, ofStream);
      }
    });
  }

  function streamOf({ group, stream }: Line, now: number): number {
    if (store.group(group) === undefined) store.addGroup(group, now, null, '{}');
    const id = store.group(group)?.id ?? 0;
    return store.stream(id, stream)?.id ?? store.addStream(id, stream, now);
  }

  function work<T>(act: (desk: Desk) => T): T {
    buffer.flush();
    return store.atOnce(() => act({ store, context, now: context.clock.now() }));
  }

  async function handle({ headers, body }: ServiceRequest) {
    const name = operationOf({ headers });
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) {
      const variable = 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS';
      const message = `The local stack has no CloudWatch Logs operation ${name}. Set ${variable} to use another endpoint.`;
      throw new ServiceError('UnknownOperationException', message);
    }
    const input = readInput(await readBody(body));
    const answer = work((desk) => operation(input, desk));
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) };
  }

  return {
    signingName: 'logs',
    access: accessOf(context),
    accessToWrite: (group, stream) => writing(context, group, stream),
    handle,
    resources: { 'AWS::Logs::LogGroup': (resource) => work((desk) => makeLogGroup(resource, desk)) },
    log(group, stream, lines) {
      checkGroupName(group);
      checkStreamName(stream);
      if (!open) return;
      // AWS takes no empty message.
      buffer.add(
        lines.map(({ time, message }) => ({ group, stream, time: Math.floor(time), message: message || ' ' })),
      );
    },
    read(group, stream, after, limit) {
      buffer.flush();
      const groupId = store.group(group)?.id;
      const id = groupId === undefined ? undefined : store.stream(groupId, stream)?.id;
      const events = id === undefined ? [] : store.arrivedAfter(id, after, limit);
      return { events: events.map(({ id: index, time, message }) => ({ index, time, message })) };
    },
    close() {
      buffer.flush();
      open = false;
      retention.cancel();
      store.close();
    },
  };
}

function readInput(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString() || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {}
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}
