import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { openConsole } from '../console/console.ts';
import { openApiGateway } from './api-gateway/api-gateway.ts';
import { TurnableClock } from './clock.ts';
import { openCloudFormation } from './cloudformation/cloudformation.ts';
import { openCloudwatch } from './cloudwatch/cloudwatch.ts';
import { openCodebuild } from './codebuild/codebuild.ts';
import { openDynamodb } from './dynamodb/dynamodb.ts';
import { openEventbridge } from './eventbridge/eventbridge.ts';
import { takeFolder } from './folder.ts';
import { openGateway } from './gateway/gateway.ts';
import type { ObservedCall } from './gateway/options.ts';
import { openGit } from './git/git.ts';
import { guardedPorts, type PortAccess } from './guarded-ports.ts';
import { type Authorizer, openAuthorizer } from './iam/authorizer.ts';
import { checkingPolicies } from './iam/resource-policies.ts';
import { type IamService, openIamService } from './iam/service.ts';
import { openKms } from './kms/kms.ts';
import { openLambda } from './lambda/lambda.ts';
import { openLogs } from './logs/logs.ts';
import type { Ports } from './ports.ts';
import { type EventSource, recordedPorts, type StackRecorder } from './recorder.ts';
import { openRegions, type Regions } from './regions.ts';
import { openS3 } from './s3/s3.ts';
import { localConnection } from './sample/connection.ts';
import { openScheduler } from './scheduler/scheduler.ts';
import { openSecretsManager } from './secrets-manager/secrets-manager.ts';
import type { Caller, Resource, ResourceHandler, Service, StackContext } from './service.ts';
import { ServiceError } from './service.ts';
import { openSns } from './sns/sns.ts';
import { openSqs } from './sqs/sqs.ts';
import { openStepFunctions } from './step-functions/step-functions.ts';
import { openSts } from './sts/sts.ts';
import { provision, readTemplate } from './template/template.ts';

/** How a stack is to be. */
export interface StackOptions {
  /** The folder of the project: of template.yaml. */
  readonly root: string;
  /** The folder of everything that the stack keeps. */
  readonly dir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Where the built functions are; `dist` of the project by default. */
  readonly functions?: string;
  /** A folder for compiled code of functions, which stacks may share; one in `dir` by default. */
  readonly compiled?: string;
  readonly account?: string;
  readonly region?: string;
  readonly clock?: TurnableClock;
  /** Awaited before and after each signed call. */
  readonly observe?: (call: ObservedCall) => void | Promise<void>;
  readonly recorder?: StackRecorder;
}

/** A stack that serves the template. */
export interface Stack {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly clock: TurnableClock;
  readonly outputs: Readonly<Record<string, string>>;
  readonly git: ReturnType<typeof openGit>;
  readonly lambda: ReturnType<typeof openLambda>;
  /** Roles of pipelines and builds, which no template makes. */
  readonly putRole: IamService['putRole'];
  close(): Promise<void>;
}

const stackName = 'sluice';

/** What the gateway asks for, which is opened before it. */
interface Late {
  ready?: boolean;
  api?: ReturnType<typeof openApiGateway>;
  sts?: ReturnType<typeof openSts>;
  authorizer?: Authorizer;
  regions?: Regions;
}

/** Starts a stack: everything goes on where it was when the last stack over the same folder ended, however it ended. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = takeFolder(resolve(options.dir));
  const clock = options.clock ?? new TurnableClock(folder.clockOffset);
  const closing: (() => unknown)[] = [
    () => folder.release(),
    () => clock.close(),
    () => folder.keepClockOffset(clock.offset),
  ];
  const close = async (): Promise<void> => {
    for (const end of closing.reverse()) await end();
  };
  try {
    return await open(options, folder.dir, clock, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  options: StackOptions,
  dir: string,
  clock: TurnableClock,
  closing: (() => unknown)[],
  close: () => Promise<void>,
): Promise<Stack> {
  const place = { account: options.account ?? '000000000000', region: options.region ?? 'us-east-1', partition: 'aws' };
  const services = new Map<string, Service>();
  const late: Late = {};
  const pages: { prefix: string; serve: Parameters<typeof openGateway>[0]['pages'][number]['serve'] }[] = [];
  const gateway = await openGateway({
    port: options.port,
    clock,
    services: (region) => ({ get: (name) => late.regions?.find(region ?? place.region, name) ?? services.get(name) }),
    credentials: { find: (key) => late.sts?.find(key) },
    api: (request) => (late.ready && late.api ? late.api.serve(request) : starting()),
    pages,
    // Nobody is known before STS is, so that nobody asks before there is an authorizer.
    denialOf: (...asked) => late.authorizer?.denialOf(...asked),
    ...(options.observe ? { observe: options.observe } : {}),
    ...(options.recorder ? { record: options.recorder.call } : {}),
  });
  let closed: Promise<void> | undefined;
  const closeGateway = (): Promise<void> => {
    closed ??= gateway.close();
    return closed;
  };
  closing.push(closeGateway);

  const endpoint = `http://127.0.0.1:${gateway.port}`;
  const context: StackContext = { ...place, endpoint, dir, clock };
  const parts = openParts(context, options);
  late.sts = parts.sts;
  late.authorizer = parts.authorizer;
  late.regions = parts.regions;
  for (const service of parts.services) services.set(service.signingName, service);
  // What calls ends before the gateway, and the gateway before what is called.
  for (const service of parts.called) closing.push(() => service.close());
  closing.push(closeGateway);
  closing.push(() => parts.regions.close());
  for (const service of parts.callers) closing.push(() => service.close());

  const template = readTemplate(join(options.root, 'template.yaml'), {
    parameters: {
      ApprovalEmail: 'approver@example.com',
      PlainProtocol: 'on',
      PrivateHosts: '127.0.0.1',
      ...options.parameters,
    },
    ...place,
    stackName,
  });
  const { outputs, resources } = await provision(template, handlersOf(parts, options));
  const typeOf = new Map(template.resources.map(({ logicalId, type }) => [logicalId, type]));
  parts.cloudformation.provisioned({
    name: stackName,
    outputs,
    resources: new Map([...resources].map(([id, made]) => [id, { ...made, type: typeOf.get(id) ?? '' }])),
  });
  // Throws for a managed policy that nobody knows.
  parts.iam.roles();
  for (const service of parts.services) await service.start?.();
  await parts.regions.start();
  late.api = parts.api;
  late.ready = true;

  const git = openGit(context, { webhook: () => localConnection(context).webhook });
  closing.push(() => git.close());
  await git.start();
  const console = openConsole({
    endpoint,
    region: place.region,
    readLog: parts.logs.read,
    now: () => clock.now(),
    site: (pipeline) => `${endpoint}/sites/${pipeline}/`,
  });
  closing.push(() => console.close());
  pages.push(
    { prefix: '/git', serve: git.serve },
    { prefix: '/mail', serve: parts.sns.mailbox },
    { prefix: '/sites', serve: parts.s3.website },
    { prefix: '/pipelines', serve: console.serve },
  );
  const { putRole } = parts.iam;
  const { region, account } = place;
  return { endpoint, region, account, clock, outputs, git, lambda: parts.lambda, putRole, close };
}

/** Opens the services; each reaches the others by the ports alone. */
function openParts(context: StackContext, options: StackOptions) {
  const { ports, supply } = latePorts();
  const portsOf = (source: EventSource) => recordedPorts(ports, source, options.recorder);
  const logs = openLogs(context);
  const iam = openIamService(context);
  const sts = openSts(context, {
    knownRole: (arn) => iam.role(arn) !== undefined,
    trustOf: (arn) => {
      const role = iam.role(arn);
      return role && JSON.stringify(role.trust);
    },
  });
  const authorizer = openAuthorizer(context, iam, sts.session, options.recorder?.access);
  const cloudformation = openCloudFormation(context);
  const cloudwatch = openCloudwatch(context);
  const kms = openKms(context, iam.key);
  const sqs = openSqs(context);
  const dynamodb = openDynamodb(context);
  const s3 = openS3(context, ports);
  const secrets = openSecretsManager(context);
  const lambda = openLambda(context, ports, {
    root: options.root,
    // A run's own functions stay warm with eight: with four, a test of the stack took twice the processor time.
    sandboxes: Math.max(8, availableParallelism() * 2),
    compiled: options.compiled ?? join(options.dir, 'compiled'),
    recorder: options.recorder,
  });
  const sns = openSns(context, portsOf('sns'));
  const machine = openStepFunctions(context, portsOf('step-functions'));
  const eventbridge = openEventbridge(context, portsOf('eventbridge'));
  const scheduler = openScheduler(context, portsOf('scheduler'));
  const builds = { concurrency: Math.max(1, Math.floor(availableParallelism() / 2)) };
  const codebuild = openCodebuild(context, ports, builds);
  const userId = ({ accessKeyId }: Caller) => sts.session(accessKeyId)?.userId;
  const api = openApiGateway(context, { invoke: portsOf('api-gateway').invoke, log: ports.log, userId });
  const access: PortAccess = {
    invoke: lambda.accessToInvoke,
    start: machine.accessToStart,
    send: sqs.accessToSend,
    publish: sns.accessToPublish,
    assume: sts.accessToAssume,
    read: dynamodb.accessToStream,
    put: s3.accessToPut,
    write: logs.accessToWrite,
  };
  const unguarded: Ports = {
    invoke: lambda.invoke,
    invokeLater: lambda.invokeLater,
    emit: eventbridge.emit,
    startExecution: machine.startExecution,
    sendMessage: sqs.sendMessage,
    publish: sns.publish,
    assumeRole: sts.assumeRole,
    readStream: dynamodb.readStream,
    onStream: dynamodb.onStream,
    putObject: s3.putObject,
    log: logs.log,
    mayStart: () => {},
  };
  supply(guardedPorts(unguarded, access, authorizer.denialOfService));
  const regions = openRegions(context, (there) => {
    const logsThere = openLogs(there);
    // What happens in another Region is told to that Region's bus, where nobody listens.
    const portsThere = { ...unguarded, log: logsThere.log, emit: () => {} };
    const accessThere = { ...access, write: logsThere.accessToWrite };
    return [openCodebuild(there, guardedPorts(portsThere, accessThere, authorizer.denialOfService), builds), logsThere];
  });
  const called: readonly Service[] = [
    logs,
    sts,
    iam,
    cloudformation,
    cloudwatch,
    kms,
    sqs,
    secrets,
    dynamodb,
    s3,
    sns,
    api,
    machine,
    eventbridge,
    scheduler,
  ];
  const callers: readonly Service[] = [codebuild, lambda];
  const services: readonly Service[] = [...called, ...callers];
  return { services, called, callers, regions, authorizer, cloudformation, logs, sts, iam, s3, sns, api, lambda };
}

/** Ports whose suppliers come later: services are opened one after the other and call one another only when all stand. */
function latePorts(): { readonly ports: Ports; readonly supply: (ports: Ports) => void } {
  let supplied: Ports | undefined;
  const ports = new Proxy({} as Ports, {
    get:
      (_, name: keyof Ports) =>
      (...given: unknown[]) => {
        if (!supplied) throw new Error(`The port ${name} was used before the stack stood.`);
        return (supplied[name] as (...args: unknown[]) => unknown)(...given);
      },
  });
  return {
    ports,
    supply: (all) => {
      supplied = all;
    },
  };
}

function handlersOf(
  parts: ReturnType<typeof openParts>,
  options: StackOptions,
): Readonly<Record<string, ResourceHandler>> {
  const made: Record<string, ResourceHandler> = Object.assign({}, ...parts.services.map(({ resources }) => resources));
  const handlers = checkingPolicies(made);
  const make = handlers['AWS::Lambda::Function'];
  if (!options.functions || !make) return handlers;
  return {
    ...handlers,
    'AWS::Lambda::Function': (resource) => make(withCode(resource, options.root, options.functions ?? '')),
  };
}

/** The function with its code from another folder than the template's `dist`. */
function withCode(resource: Resource, root: string, functions: string): Resource {
  const name = relative(join(root, 'dist'), String(resource.properties.Code.Local));
  return { ...resource, properties: { ...resource.properties, Code: { Local: join(functions, name) } } };
}

async function starting(): Promise<never> {
  throw new ServiceError('ServiceUnavailable', 'The stack is starting.', 503);
}
