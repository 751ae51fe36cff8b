import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import type { Ports } from '../ports.ts';
import type { ServiceRequest, ServiceResponse, StackContext } from '../service.ts';
import { type ResourceHandler, readBody, type Service, ServiceError } from '../service.ts';
import { accessOf } from './access.ts';
import { ELSEWHERE, readDefinition } from './definition.ts';
import { createSchedule } from './operations/create-schedule.ts';
import { deleteSchedule } from './operations/delete-schedule.ts';
import { getSchedule } from './operations/get-schedule.ts';
import { listSchedules } from './operations/list-schedules.ts';
import { updateSchedule } from './operations/update-schedule.ts';
import { checkGroup, type Desk, type Operation } from './request.ts';
import { openStore } from './store.ts';
import { Timetable } from './timetable.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  POST: createSchedule,
  PUT: updateSchedule,
  GET: getSchedule,
  DELETE: deleteSchedule,
};

/** Opens EventBridge Scheduler over `<dir>/scheduler/`. What its times do when the clock is turned is Timetable's promise. */
export function openScheduler(
  context: StackContext,
  ports: Pick<Ports, 'invokeLater' | 'startExecution' | 'sendMessage'>,
): Service {
  const database = openDatabase(join(context.dir, 'scheduler', 'scheduler.sqlite'));
  const store = openStore(database);
  const { invokeLater, startExecution, sendMessage } = ports;
  const targets = { invokeLater, startExecution, sendMessage };
  const timetable = new Timetable(context, database, store, targets);
  const desk: Desk = { context, store, timetable, ports: targets, groups: new Set(['default']) };
  const seen = new Set<string>();
  return {
    signingName: 'scheduler',
    resources: resources(desk, seen),
    access: accessOf(context),
    handle: (request) => handle(desk, request),
    start: () => {
      for (const { definition, fromTemplate } of store.all()) {
        if (fromTemplate && !seen.has(timetable.arn(definition))) store.remove(definition);
      }
      timetable.start();
    },
    close: async () => {
      await timetable.close();
      database.close();
    },
  };
}

function resources(desk: Desk, seen: Set<string>): Readonly<Record<string, ResourceHandler>> {
  const { timetable, groups, context } = desk;
  return {
    'AWS::Scheduler::Schedule': ({ name, properties }) => {
      const definition = readDefinition({ Name: name, ...properties }, desk.ports);
      checkGroup(desk, definition.GroupName);
      timetable.save(definition, true);
      seen.add(timetable.arn(definition));
      return { ref: definition.Name, attributes: { Arn: timetable.arn(definition) } };
    },
    'AWS::Scheduler::ScheduleGroup': ({ name, properties }) => {
      const group = String(properties?.Name ?? name);
      groups.add(group);
      const { partition, region, account } = context;
      const Arn = `arn:${partition}:scheduler:${region}:${account}:schedule-group/${group}`;
      return { ref: group, attributes: { Arn, State: 'ACTIVE' } };
    },
  };
}

async function handle(desk: Desk, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const { method, path, query } = request;
    const [, root, name = '', ...more] = path.split('/');
    const operation = name === '' && method === 'GET' ? listSchedules : OPERATIONS[method];
    if (root !== 'schedules' || more.length > 0 || operation === undefined || (name === '' && method !== 'GET')) {
      const message = `The local stack has no Scheduler operation ${method} ${path}. ${ELSEWHERE}`;
      throw new ServiceError('UnknownOperationException', message, 404);
    }
    const body = parseBody(await readBody(request.body));
    return answer(request, 200, operation(desk, { name, query, body }));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return answer(request, error.status, { Message: error.message }, { 'x-amzn-errortype': error.code });
  }
}

function parseBody(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString() || '{}');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Answered below, with what is no object.
  }
  throw new ServiceError('ValidationException', 'The body is not a JSON object.');
}

function answer(request: ServiceRequest, status: number, body: object, headers: object = {}): ServiceResponse {
  const all = { 'content-type': 'application/json', 'x-amzn-requestid': request.requestId, ...headers };
  return { status, headers: all, body: JSON.stringify(body) };
}
