import './environment.ts';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Clock, TurnableClock } from '../../local/clock.ts';
import { operationName } from '../../local/gateway/operation-name.ts';
import { protocolOf } from '../../local/gateway/protocol.ts';
import type { FunctionDefinition } from '../../local/lambda/definition.ts';
import type { BusEvent, Invoked } from '../../local/ports.ts';
import { ServiceError, type ServiceResponse } from '../../local/service.ts';
import { Observer } from '../engine/simulation/observer.ts';
import { Random } from '../engine/simulation/random.ts';
import { takeOver } from './ambience.ts';
import { Builds } from './builds.ts';
import { broken, type Fault, throttled } from './faults.ts';
import { forget, type Handler, load, root } from './functions.ts';
import type { HistoryEvent } from './history.ts';
import { type Plan, Scheduler, serviceTimer } from './scheduler.ts';
import { openServices, type Services } from './services.ts';
import { Stream } from './stream.ts';
import { cutWires, type WireRequest, type WireResponse } from './wire.ts';

/** What came of an invocation, for whoever asked for it. `Refused`: the function was not run, or nobody knows. */
export type Answer =
  | { readonly status: 'Answered'; readonly payload: string }
  | { readonly status: 'Failed'; readonly error: string; readonly message: string }
  | { readonly status: 'Refused'; readonly code: string };

/** What a world is made with. */
export interface Given {
  readonly seed: number;
  readonly plan?: Plan;
  /** Whether the sweeper comes every minute; true by default. */
  readonly sweeps?: boolean;
  /** The project whose template, machine and functions it begins with: this one by default. */
  readonly root?: string;
}

const started = Date.UTC(2026, 5, 1);
const minute = 60_000;
/** What comes again and again, or would come in any case: nothing follows from it once all is over. */
const forEver: ReadonlySet<string> = new Set(['sweep', serviceTimer]);
const reads = /^(Get|BatchGet|Query)/;
const mostSteps = 60_000;
const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'AKIAWORLD' };
/** Nothing here is to outlive the process: memory does, where the system has a folder in it. */
const memory = '/dev/shm';

let current: World | undefined;
let isTaken = false;

/** The built functions, the real machine and the local services, and a scheduler that owns clock, ids, order and every call. */
export class World {
  /** While the world is made the same for all: names that functions were loaded with stay. */
  random = new Random(0);
  readonly scheduler: Scheduler;
  readonly observer: Observer;
  readonly builds: Builds;
  /** Events that EventBridge took. */
  readonly published: { readonly type: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  readonly executions = new Map<string, { readonly status: string }>();
  /** Called after each look at what was written. */
  onLook: () => void = () => {};
  services!: Services;
  stream!: Stream;
  readonly #handlers = new Map<string, Handler>();
  #writes = 0;
  readonly #given: Given;
  readonly #folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'sluice-world-'));
  /** Calls of the SDK that are tried again meet what happened to their first try. */
  readonly #doomed = new Map<string, Fault>();

  private constructor(given: Given) {
    this.#given = given;
    this.scheduler = new Scheduler(() => this.random, started, given.plan);
    this.observer = new Observer(this);
    this.builds = new Builds(this);
  }

  /** Makes the world of the moment: from now on time, randomness and wires of this process are its own. */
  static async make(given: Given): Promise<World> {
    const world = new World(given);
    current = world;
    if (!isTaken) {
      takeOver(() => current);
      cutWires((request) => (current as World).#wire(request));
      isTaken = true;
    }
    await world.#open();
    return world;
  }

  async #open(): Promise<void> {
    const surroundings = {
      dir: this.#folder,
      clock: this.#clock,
      ports: {
        invoke: (arn: string, payload: string) => this.#invokeForMachine(arn, payload),
        invokeLater: async (arn: string, payload: string) => this.invokeLater(this.definitionOf(arn), payload),
        emit: (event: BusEvent) => this.#heard(event),
      },
    };
    this.services = await openServices(surroundings, this.#given.root ?? root);
    await this.#load();
    this.random = new Random(this.#given.seed);
    const [mapping] = this.services.mappings;
    if (!mapping) throw new Error('The template maps no stream.');
    this.stream = new Stream(this, mapping);
    if (this.#given.sweeps !== false) this.#sweepLater();
    await this.scheduler.settled();
  }

  /** Deploys today's template, machine and functions: what runs goes on with them. */
  async upgrade(): Promise<void> {
    this.services = { ...this.services, ...(await this.services.bring(root)) };
    await this.#load();
  }

  async #load(): Promise<void> {
    for (const definition of this.services.functions.values()) {
      this.#handlers.set(definition.arn, await load(definition));
      await forget(definition);
    }
  }

  get now(): number {
    return this.scheduler.now;
  }

  /** Whether a function of the world asks. */
  get isInside(): boolean {
    return this.scheduler.invocations.isInside;
  }

  sleep(callback: () => void, milliseconds: number): { cancel(): void } {
    return this.scheduler.later('a timer of a function', callback, milliseconds);
  }

  /** What the observer looks at. */
  get table() {
    const { readStream } = this.services;
    return {
      writes: this.#writes,
      records: (after: number, limit: number) => this.stream.records(readStream, after, limit),
    };
  }

  get machine() {
    return { executions: this.executions };
  }

  get lostRecords(): boolean {
    return this.stream.lostRecords;
  }

  /** The function of an ARN or name. */
  definitionOf(name: string): FunctionDefinition {
    const all = [...this.services.functions.values()];
    const found = all.find((each) => each.arn === name || each.name === name || each.folder.endsWith(`/${name}`));
    if (!found) throw new Error(`There is no function ${name}.`);
    return found;
  }

  /** Has a function run, and tells what came of it. */
  invoke(
    label: string,
    definition: FunctionDefinition,
    payload: string,
    told: (answer: Answer) => void,
    delay = 0,
  ): void {
    const begin = (tell: (answer: Answer) => void) => this.#run(definition, payload, tell);
    const nobody = () => {};
    this.scheduler.deliver(
      label,
      (fault) => {
        const lost = () => told({ status: 'Refused', code: 'ServiceException' });
        switch (fault) {
          case undefined:
            return begin(told);
          case 'crash before':
            return lost();
          case 'crash after':
            return begin(lost);
          case 'timed out':
            begin(nobody);
            return lost();
          case 'throttled':
            return told({ status: 'Refused', code: 'TooManyRequestsException' });
          case 'twice':
            begin(nobody);
            return begin(told);
        }
      },
      delay,
    );
  }

  /** Something that somebody does, after a delay. */
  later(label: string, run: () => Promise<unknown>, delay: number): void {
    this.scheduler.later(label, () => void run(), delay);
  }

  /** Invokes without waiting: kept, run at least once, twice more where it fails. */
  invokeLater(definition: FunctionDefinition, payload: string, attempt = 1, delay = 0): void {
    const { folder } = definition;
    this.invoke(
      `an event for ${folder.slice(folder.lastIndexOf('/') + 1)}`,
      definition,
      payload,
      ({ status }) => {
        if (status === 'Refused') this.invokeLater(definition, payload, attempt, minute);
        else if (status === 'Failed' && attempt < 3)
          this.invokeLater(definition, payload, attempt + 1, attempt * minute);
      },
      delay,
    );
  }

  /** Goes on until nothing is left to do; throws at the first promise that is broken. */
  async run(): Promise<void> {
    for (let step = 0; step < mostSteps; step++) {
      if (!(await this.#step())) return;
    }
    throw new Error('It goes on and on.');
  }

  /** Goes on until something is so and nothing more happens at that time. */
  async runUntil(isSo: () => boolean): Promise<void> {
    while (!isSo()) if (!(await this.#step())) throw new Error('It does not come to that.');
    while ((await this.#happen()) || this.stream.deliver());
  }

  /** Turns the clock on: what was due meanwhile is due now. */
  turn(milliseconds: number): void {
    this.scheduler.now += milliseconds;
  }

  /** Lets one thing happen, or turns the clock to the next; false when nothing is left to do. */
  async #step(): Promise<boolean> {
    if ((await this.#happen()) || this.stream.deliver()) return true;
    const next = this.scheduler.next(this.#isOver() ? (label) => !forEver.has(label) : undefined);
    if (next === undefined) return false;
    this.scheduler.now = Math.max(this.now, next);
    return true;
  }

  async #happen(): Promise<boolean> {
    if (!(await this.scheduler.step())) return false;
    this.look();
    this.scheduler.now += this.random.below(10);
    if (this.random.chance(0.2)) this.stream.deliver();
    return true;
  }

  look(): void {
    this.observer.look();
    this.onLook();
  }

  /** Makes a versioned bucket, by nobody. */
  async putBucket(bucket: string): Promise<void> {
    const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await this.#s3('PUT', `/${bucket}`);
    await this.#s3('PUT', `/${bucket}`, 'versioning', versioning);
  }

  /** Answers the new version. */
  async putObject(bucket: string, key: string, text: string): Promise<string> {
    const { headers } = await this.#s3('PUT', `/${bucket}/${key}`, '', text);
    return headers['x-amz-version-id'] ?? '';
  }

  /** Ends an execution, as StopExecution does. */
  async abort(name: string): Promise<void> {
    await this.#askMachine('StopExecution', { executionArn: this.#executionArn(name), cause: 'somebody wanted it' });
  }

  /** The history of an execution, whole. */
  async history(name: string): Promise<readonly HistoryEvent[]> {
    const input = { executionArn: this.#executionArn(name), maxResults: 1000 };
    const all: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const { body } = await this.#askMachine('GetExecutionHistory', { ...input, ...(nextToken ? { nextToken } : {}) });
      const page = JSON.parse(body.toString()) as { events: readonly HistoryEvent[]; nextToken?: string };
      all.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken);
    return all;
  }

  #executionArn(name: string): string {
    return `${this.services.outputs['StateMachineArn']?.replace(':stateMachine:', ':execution:')}:${name}`;
  }

  #askMachine(operation: string, input: object): Promise<WireResponse> {
    const headers = { 'x-amz-target': `AWSStepFunctions.${operation}` };
    const body = Buffer.from(JSON.stringify(input));
    return this.#serve('states', operation, { method: 'POST', path: '/', query: '', headers }, body);
  }

  /** Whether a bucket has an object. */
  async holds(bucket: string, key: string): Promise<boolean> {
    return (await this.#s3('HEAD', `/${bucket}/${key}`)).status === 200;
  }

  #s3(method: string, path: string, query = '', text = ''): Promise<WireResponse> {
    const body = Buffer.from(text);
    const headers = { 'content-length': String(body.length), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    return this.#serve('s3', '', { method, path, query, headers }, body);
  }

  async close(): Promise<void> {
    await this.services.close();
    rmSync(this.#folder, { recursive: true });
    this.#clock.close();
  }

  #run(definition: FunctionDefinition, payload: string, tell: (answer: Answer) => void): void {
    const { folder, timeout, arn } = definition;
    const handler = this.#handlers.get(arn);
    if (!handler) throw new Error(`The function ${arn} was not loaded.`);
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    const ends = this.now + timeout * 1000;
    const context = {
      invokedFunctionArn: arn,
      functionName: definition.name,
      awsRequestId: this.random.uuid(),
      getRemainingTimeInMillis: () => ends - this.now,
    };
    const over = (answer: Answer) => {
      limit.cancel();
      tell(answer);
    };
    const { invocations } = this.scheduler;
    const limit = this.scheduler.later(
      'a function takes too long',
      () => this.scheduler.kill(invocation),
      timeout * 1000,
    );
    const invocation = invocations.start(name, 0, () => handler(JSON.parse(payload), context), {
      ended: (result) => over({ status: 'Answered', payload: JSON.stringify(result ?? null) }),
      failed: ({ name: error, message }) => {
        if (!invocation.alive) void forget(definition);
        over({ status: 'Failed', error, message });
      },
    });
  }

  #invokeForMachine(arn: string, payload: string): Promise<Invoked> {
    const definition = this.definitionOf(arn);
    const name = definition.folder.slice(definition.folder.lastIndexOf('/') + 1);
    return new Promise((resolve, reject) => {
      this.invoke(`the machine calls ${name}`, definition, payload, (answer) => {
        switch (answer.status) {
          case 'Answered':
            return resolve({ payload: answer.payload });
          case 'Failed': {
            const error = { errorType: answer.error, errorMessage: answer.message, trace: [] };
            return resolve({ payload: JSON.stringify(error), functionError: 'Unhandled' });
          }
          case 'Refused':
            return reject(new ServiceError(answer.code, 'It was to be so.', 500));
        }
      });
    });
  }

  #heard({ source, detail }: BusEvent): void {
    if (source !== 'aws.states') return;
    const { name, status } = detail as { name: string; status: string };
    this.executions.set(name, { status });
  }

  async #wire(request: WireRequest): Promise<WireResponse> {
    const [path = '', query = ''] = request.target.split(/\?(.*)/s);
    const [, service = ''] =
      /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.headers['authorization'])) ?? [];
    const incoming = { method: request.method, path, query, headers: request.headers, rawHeaders: [] };
    const operation = operationName(incoming, protocolOf(incoming, service), service, request.body) ?? request.method;
    const tries = `${request.headers['amz-sdk-invocation-id']}`;
    return this.scheduler.call(`${service} ${operation}`, async (drawn) => {
      const fault = this.#doomed.get(tries) ?? drawn;
      if (fault === 'timed out' || fault === 'throttled') this.#doomed.set(tries, fault);
      if (fault === 'throttled') return throttled(service);
      if (fault === 'timed out' && drawn === undefined) throw broken();
      const answered = await this.#serve(service, operation, incoming, request.body);
      this.observer.look();
      if (fault === 'timed out') throw broken();
      return fault === 'twice' ? this.#serve(service, operation, incoming, request.body) : answered;
    });
  }

  async #serve(
    service: string,
    operation: string,
    incoming: { method: string; path: string; query: string; headers: WireRequest['headers'] },
    body: Buffer,
  ): Promise<WireResponse> {
    const { method, path, query, headers } = incoming;
    if (service === 'codebuild') return this.builds.answer(operation, JSON.parse(body.toString()));
    if (service === 'lambda') return this.#askedToInvoke(path, body);
    const found = this.services.bySigningName.get(service);
    if (!found) throw new Error(`The world has no service ${service} (${method} ${path}).`);
    if (service === 'dynamodb' && !reads.test(operation)) this.#writes++;
    const request = { method, path, query: new URLSearchParams(query), headers, body: Readable.from([body]), caller };
    const response = await found.handle({ ...request, requestId: this.random.uuid() });
    const answered = await collected(response, method);
    if (operation === 'PutEvents') this.#took(body, answered);
    return answered;
  }

  /** EventBridge took events: all of them, or those that it says. */
  #took(body: Buffer, { status, body: answer }: WireResponse): void {
    if (status !== 200) return;
    const { Entries } = JSON.parse(body.toString()) as { Entries: { DetailType: string; Detail: string }[] };
    const taken = (JSON.parse(answer.toString()) as { Entries: { EventId?: string }[] }).Entries;
    for (const [index, { DetailType: type, Detail }] of Entries.entries()) {
      if (taken[index]?.EventId) this.published.push({ type, detail: JSON.parse(Detail) });
    }
  }

  #askedToInvoke(path: string, body: Buffer): WireResponse {
    const [, name = ''] = /functions\/([^/]+)\/invocations/.exec(path) ?? [];
    this.invokeLater(this.definitionOf(decodeURIComponent(name)), body.toString());
    return { status: 202, headers: {}, body: Buffer.alloc(0) };
  }

  #isOver(): boolean {
    const running = [...this.executions.values()].some(({ status }) => status === 'RUNNING');
    return !running && this.observer.isQuiet;
  }

  #sweepLater(): void {
    this.scheduler.later(
      'sweep',
      () => {
        if ((this.observer.nextCheck ?? Number.POSITIVE_INFINITY) <= this.now)
          this.invokeLater(this.definitionOf('sweep'), '{}');
        this.#sweepLater();
      },
      minute,
    );
  }

  readonly #clock: WorldClock = new WorldClock(this);
}

/** The scheduler's time, as the services take it. */
class WorldClock implements Clock {
  readonly shared = new TurnableClock().shared;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now;
  }

  at(time: number, callback: () => void): { cancel(): void } {
    return this.#world.scheduler.later(serviceTimer, callback, Math.max(0, time - this.now()));
  }

  close(): void {}
}

async function collected({ status, headers = {}, body }: ServiceResponse, method: string): Promise<WireResponse> {
  const parts: Buffer[] = [];
  if (body instanceof Readable) {
    if (method === 'HEAD') body.destroy();
    else for await (const part of body) parts.push(Buffer.from(part as Uint8Array));
  } else if (body !== undefined && method !== 'HEAD') parts.push(Buffer.from(body));
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lower), body: Buffer.concat(parts) };
}
