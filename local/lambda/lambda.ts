import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessRequest } from '../access.ts';
import { openDatabase } from '../database.ts';
import type { Ports } from '../ports.ts';
import type { StackRecorder } from '../recorder.ts';
import type { Resource, ResourceValues, Service, StackContext } from '../service.ts';
import { accessOf, invocation } from './access.ts';
import { Aliases } from './aliases.ts';
import { readDefinition } from './definition.ts';
import { Destinations } from './destinations.ts';
import { readEventInvokeConfig } from './event-invoke-config.ts';
import { EventQueue } from './event-queue.ts';
import { type FunctionMetrics, Functions } from './functions.ts';
import { Granted } from './granted.ts';
import { LogBuffer } from './log-buffer.ts';
import { readMapping } from './mapping-definition.ts';
import { Mappings } from './mappings.ts';
import { calledBy } from './name.ts';
import { OwnFunctions } from './own-functions.ts';
import { type Permission, readPermission } from './permission.ts';
import { route } from './route.ts';

/** Lambda, local: functions of Node.js in threads, asynchronous invocations, and mappings of DynamoDB streams. */
export interface LambdaService extends Service, Pick<Ports, 'invoke' | 'invokeLater'> {
  start(): void;
  /** What invoking a function asks for. */
  accessToInvoke(functionArn: string): readonly AccessRequest[];
  /** Counts by function name since the stack started. */
  readonly metrics: ReadonlyMap<string, FunctionMetrics>;
  /** How many sandboxes (threads) there are now. */
  readonly sandboxes: number;
}

type Needs = Pick<
  Ports,
  'assumeRole' | 'invokeLater' | 'readStream' | 'onStream' | 'sendMessage' | 'publish' | 'putObject' | 'log'
>;

/** How many asynchronous events are under way at once, for each sandbox: some wait for throttled functions or destinations. */
const EVENTS_PER_SANDBOX = 4;

/** Opens Lambda over `<dir>/lambda`. `root` is the folder that a function's `Code.Local` is relative to; `sandboxes` the most threads;
 * `compiled` a folder for compiled code, which stacks may share. */
export function openLambda(
  context: StackContext,
  ports: Needs,
  {
    root,
    sandboxes,
    compiled,
    recorder,
  }: {
    readonly root: string;
    readonly sandboxes: number;
    readonly compiled: string;
    readonly recorder?: StackRecorder | undefined;
  },
): LambdaService {
  const { account, clock, dir, partition, region } = context;
  const folder = join(dir, 'lambda');
  const temporary = join(folder, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  const database = openDatabase(join(folder, 'lambda.sqlite'));
  const logs = new LogBuffer(ports.log);
  const aliases = new Aliases(database);
  const granted = new Granted(database);
  const functions = new Functions(
    { context, assumeRole: ports.assumeRole, logs, temporary, compiled },
    sandboxes,
    (functionName, alias) => aliases.has(functionName, alias),
  );
  const own = new OwnFunctions(context, functions, root);
  const invokeLater: Ports['invokeLater'] = async (arn, payload) => {
    events.add(calledBy(arn), payload);
  };
  const destinations = new Destinations(ports);
  const events = new EventQueue({ database, clock, functions, destinations, parallel: EVENTS_PER_SANDBOX * sandboxes });
  const arnPrefix = `arn:${partition}:lambda:${region}:${account}:event-source-mapping`;
  const mappings = new Mappings({ database, clock, functions, destinations, ports, arnPrefix, recorder });
  const permissions = new Map<string, Permission>();
  const allPermissions = () => [...permissions.values(), ...granted.list()];

  const policyOf = (called: string) => invocation(context, allPermissions(), called).policy;

  const makeFunction = (resource: Resource): ResourceValues => {
    const definition = readDefinition(resource, context, root);
    functions.put(definition);
    return { ref: definition.name, attributes: { Arn: definition.arn } };
  };
  const makePermission = (resource: Resource): ResourceValues => {
    const permission = readPermission(resource);
    permissions.set(resource.logicalId, permission);
    return { ref: permission.id, attributes: { Id: permission.id } };
  };
  const makeEventInvokeConfig = (resource: Resource): ResourceValues => {
    const { functionName, config } = readEventInvokeConfig(resource);
    events.configure(functionName, config);
    return { ref: resource.name, attributes: {} };
  };

  return {
    signingName: 'lambda',
    access: accessOf(context, allPermissions),
    accessToInvoke: (arn) => [invocation(context, allPermissions(), calledBy(arn))],
    handle: (request) => route({ functions, events, mappings, aliases, granted, policyOf, own }, request),
    resources: {
      'AWS::Lambda::Function': makeFunction,
      'AWS::Lambda::Permission': makePermission,
      'AWS::Lambda::EventInvokeConfig': makeEventInvokeConfig,
      'AWS::Lambda::EventSourceMapping': (resource) => mappings.put(readMapping(resource)),
    },
    start() {
      mappings.start();
      events.start();
    },
    async close() {
      events.close();
      mappings.close();
      await functions.end();
      await mappings.ended();
      logs.flush();
      if (database.isOpen) database.close();
    },
    async invoke(arn, payload) {
      const { payload: answer, functionError } = await functions.run(calledBy(arn), payload);
      return { payload: answer, ...(functionError === undefined ? {} : { functionError }) };
    },
    invokeLater,
    get metrics() {
      return functions.metrics;
    },
    get sandboxes() {
      return functions.sandboxes;
    },
  };
}
