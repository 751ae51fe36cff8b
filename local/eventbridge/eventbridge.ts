import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import type { Ports } from '../ports.ts';
import { readBody, type Service, ServiceError, type ServiceRequest, type StackContext } from '../service.ts';
import { accessOf, operationOf } from './access.ts';
import { Bus } from './bus.ts';
import type { Envelope } from './envelope.ts';
import { deleteRule } from './operations/delete-rule.ts';
import { describeRule } from './operations/describe-rule.ts';
import { disableRule, enableRule } from './operations/enable-rule.ts';
import { listRules } from './operations/list-rules.ts';
import { listTargetsByRule } from './operations/list-targets-by-rule.ts';
import { putEvents } from './operations/put-events.ts';
import { putRule } from './operations/put-rule.ts';
import { putTargets } from './operations/put-targets.ts';
import { removeTargets } from './operations/remove-targets.ts';
import { testEventPattern } from './operations/test-event-pattern.ts';
import { answer, type Desk, ELSEWHERE, type Operation, parseInput } from './request.ts';
import { resources } from './resources.ts';
import { openStore } from './store.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  PutEvents: putEvents,
  PutRule: putRule,
  DescribeRule: describeRule,
  ListRules: listRules,
  DeleteRule: deleteRule,
  EnableRule: enableRule,
  DisableRule: disableRule,
  PutTargets: putTargets,
  RemoveTargets: removeTargets,
  ListTargetsByRule: listTargetsByRule,
  TestEventPattern: testEventPattern,
};

/** EventBridge's default bus. Events of the last 24 hours of the clock can be looked at by `recent`, newest first. */
export type Eventbridge = Service & Pick<Ports, 'emit'> & { recent(limit: number): readonly Envelope[] };

/** Opens EventBridge over `<dir>/eventbridge/`. */
export function openEventbridge(
  context: StackContext,
  ports: Pick<Ports, 'invokeLater' | 'startExecution' | 'sendMessage' | 'publish'>,
): Eventbridge {
  const database = openDatabase(join(context.dir, 'eventbridge', 'eventbridge.sqlite'));
  const store = openStore(database);
  const bus = new Bus(context, database, store, ports);
  const desk: Desk = { context, bus, store, ports };
  const seen = new Set<string>();
  return {
    signingName: 'events',
    resources: resources(desk, seen),
    access: accessOf(context),
    handle: (request) => handle(desk, request),
    emit: ({ source, detailType, detail, resources = [] }) =>
      bus.put([{ id: randomUUID(), source, detailType, detail, resources, time: context.clock.now() }]),
    recent: (limit) => store.recent(limit),
    start: () => {
      for (const { name, fromTemplate } of store.rules()) if (fromTemplate && !seen.has(name)) store.remove(name);
      bus.start();
    },
    close: async () => {
      await bus.close();
      database.close();
    },
  };
}

async function handle(desk: Desk, request: ServiceRequest) {
  try {
    const name = operationOf(request);
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) {
      const message = `The local stack has no EventBridge operation ${name}. ${ELSEWHERE}`;
      throw new ServiceError('UnknownOperationException', message);
    }
    return answer(request, 200, operation(desk, parseInput(await readBody(request.body))));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return answer(request, error.status, { __type: error.code, message: error.message, ...error.members });
  }
}
