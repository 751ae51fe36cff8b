import type { Context } from 'aws-lambda';
import { actionFunction } from '../../../functions/actions/action-function.ts';
import { manual } from '../../../functions/actions/manual/manual.ts';
import { isActionKey } from '../../../functions/domain/action.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { handler as statusChange } from '../../../functions/listeners/execution-status-change.ts';
import { handler as publish } from '../../../functions/listeners/publish.ts';
import { handler as sweep } from '../../../functions/listeners/sweep.ts';
import { handler as closeRun } from '../../../functions/tasks/close-run.ts';
import { handler as decide } from '../../../functions/tasks/decide.ts';
import { handler as settleAction } from '../../../functions/tasks/settle-action.ts';
import type { Table } from './dynamodb.ts';
import { type Call, type Invocation, Invocations, type Owner } from './invocations.ts';
import { Machine } from './machine.ts';
import { Observer } from './observer.ts';
import { Random } from './random.ts';
import { Stream } from './stream.ts';
import { Works } from './works.ts';

/** How unkind a world is. */
export interface Style {
  /** Faults of any kind that there will be. */
  readonly faults: number;
  /** How likely something happens to a call that writes. */
  readonly rate: number;
  /** Whether handlers go on by priority, which changes at times; else in any order. */
  readonly byPriority: boolean;
  /** How often the machine tries a task again, at most. */
  readonly retries: number;
  /** History events after which a run goes on in a new execution. */
  readonly budget: number;
}

interface Step {
  readonly label: string;
  readonly at: number;
  readonly run: () => void;
  /** Whether it has become pointless. */
  readonly moot: () => boolean;
}

type Handler = (event: never, context: Context) => Promise<unknown>;

const started = Date.UTC(2026, 5, 1);
const minute = 60_000;
const longestInvocation = 15 * minute;
const mostSteps = 20_000;
/** Faults come together: for so many steps after one, others are likelier. */
const burst = 15;
/** What is lost with these is little. */
const reads = /Get|Query|Describe/;

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:simulated',
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => 300_000,
} as Context;

/** The world of one seed: AWS around the handlers, a scheduler that orders every call, and faults. */
export class World {
  readonly random: Random;
  readonly style: Style;
  readonly table: Table;
  readonly invocations = new Invocations();
  readonly machine = new Machine(this);
  readonly works = new Works(this);
  readonly observer = new Observer(this);
  /** Objects of the bucket. */
  readonly objects = new Map<string, string>();
  /** Events that EventBridge took. */
  readonly published: { readonly type: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  readonly trace: string[] = [];
  /** Errors of handlers to which nothing was done. */
  readonly unexpected: Error[] = [];
  now = started;
  faults: number;
  #ready: Step[] = [];
  #burstEnd = 0;
  readonly #since = new Map<Invocation, number>();
  readonly #functions: Readonly<Record<string, Handler>>;
  readonly #stream: Stream;

  constructor(seed: number, style: Style, table: Table, streamed: number) {
    this.random = new Random(seed);
    this.style = style;
    this.table = table;
    this.faults = style.faults;
    this.#stream = new Stream(this, streamed);
    this.observer.seen = streamed;
    const { approval, build, s3, rule } = this.works.providers;
    this.#functions = {
      decide,
      'settle-action': settleAction,
      'close-run': closeRun,
      approval: actionFunction('Approval', [manual, ...approval]),
      s3: actionFunction('S3', s3),
      rule: actionFunction('Rule', rule),
      build: actionFunction('Build', build, (event) => {
        const { key } = (event as { detail: { key: unknown } }).detail;
        return isActionKey(key) ? key : undefined;
      }),
      publish,
      sweep,
      'execution-status-change': statusChange,
    };
    this.#sweepLater();
  }

  /** Whether the stream gave records up. */
  get lostRecords(): boolean {
    return this.#stream.lostRecords;
  }

  /** A call to the outside, by the handler that runs now. */
  call<T>(name: string, perform: () => Promise<T>): Promise<T> {
    return this.invocations.call(name, perform);
  }

  /** Something that may happen from a time on. */
  later(label: string, run: () => void, delay = 0, moot: () => boolean = () => false): void {
    this.#ready.push({ label, at: this.now + delay, run, moot });
  }

  /** Invokes a function. */
  invoke(name: string, payload: object, owner: Owner = {}): void {
    const handler = this.#functions[name];
    if (!handler) throw new Error(`There is no function ${name}.`);
    const event = JSON.parse(JSON.stringify(payload));
    this.do(name, () => handler(event as never, context), owner);
  }

  /** Does something as a handler does: in pieces, with faults. */
  do(name: string, work: () => Promise<unknown>, owner: Owner = {}): void {
    const watched = () => work().catch((error: Error) => this.#failed(error));
    const invocation = this.invocations.start(name, this.random.next(), watched, owner);
    this.#since.set(invocation, this.now);
  }

  /** An error that a handler met. Only what the world did to it is a reason. */
  met(error: Error): void {
    const known = error.name === passing().name || error.message === 'EventBridge did not take every event.';
    if (!known && !(error instanceof Refusal)) this.unexpected.push(error);
  }

  #failed(error: Error): never {
    this.met(error);
    throw error;
  }

  /** Invokes a function without waiting: kept, tried three times, at least once. */
  invokeLater(name: string, payload: object, attempt = 1): void {
    this.later(`invoke ${name} for an event`, () => {
      const failed = () => attempt < 3 && this.invokeLater(name, payload, attempt + 1);
      this.invoke(name, payload, { failed });
    });
  }

  /** An event of AWS's: it may come late, twice, or never. */
  emit(label: string, deliver: () => void): void {
    if (this.fault(`${label} is lost`)) return;
    this.later(label, deliver, this.fault(`${label} is late`) ? this.random.below(10 * minute) : 0);
    if (this.fault(`${label} comes twice`)) this.later(label, deliver, this.random.below(10 * minute));
  }

  /** Whether a fault is to happen here. */
  fault(label: string): boolean {
    if (this.faults <= 0 || !this.random.chance(this.style.rate * 2)) return false;
    this.faults--;
    this.#note(`FAULT ${label}`);
    return true;
  }

  /** Goes on until nothing is left to do. */
  async run(): Promise<void> {
    for (let step = 0; step < mostSteps; step++) {
      this.#prune();
      if (this.random.chance(0.3) && this.#stream.deliver()) continue;
      if (this.invocations.calls.length === 0 && this.#isOver()) return;
      await this.#step();
      for (const error of this.unexpected) throw error;
    }
    throw new Error('It goes on and on.');
  }

  async #step(): Promise<void> {
    const due = this.#ready.filter(({ at }) => at <= this.now);
    const { calls } = this.invocations;
    if (calls.length === 0 && due.length === 0) {
      if (!this.#stream.deliver()) this.#wait();
      return;
    }
    if (this.faults > 0 && this.random.chance(0.01)) return this.#wait();
    const call = this.#pickCall(due.length);
    if (call) await this.#perform(call);
    else this.#deliver(this.random.pick(due));
    await settled();
    this.observer.look();
    this.now += this.random.below(20);
  }

  #pickCall(others: number): Call | undefined {
    const { calls } = this.invocations;
    if (calls.length === 0 || this.random.below(calls.length + others) >= calls.length) return undefined;
    if (!this.style.byPriority) return this.random.pick(calls);
    const first = calls.reduce((best, call) => (call.invocation.priority > best.invocation.priority ? call : best));
    if (this.random.chance(0.05)) first.invocation.priority = this.random.next();
    return first;
  }

  #deliver(step: Step): void {
    this.#ready.splice(this.#ready.indexOf(step), 1);
    this.#note(step.label);
    step.run();
  }

  /** Nothing is left to do now: time goes on to the next thing. */
  #wait(): void {
    const next = Math.min(...this.#ready.map(({ at }) => at).filter((at) => at > this.now));
    if (!Number.isFinite(next)) return;
    this.now = next;
    this.#note(`it is ${new Date(this.now).toISOString()}`);
    for (const { invocation } of [...this.invocations.calls]) {
      const since = this.#since.get(invocation) ?? this.now;
      if (this.now - since > longestInvocation) this.invocations.kill(invocation);
    }
  }

  async #perform(call: Call): Promise<void> {
    const { invocation, name } = call;
    this.invocations.take(call);
    this.#note(`${invocation.name}: ${name}`);
    const fault = name === 'pause' ? undefined : this.#faultOf(call);
    if (fault === 'crash before') return this.invocations.kill(invocation);
    if (fault === 'error before') return call.reject(passing());
    if (fault === 'given up') this.invocations.giveUp(invocation);
    try {
      const result = await call.perform();
      if (fault === 'crash after') this.invocations.kill(invocation);
      else if (fault === 'error after') call.reject(passing());
      else call.resolve(result);
    } catch (error) {
      if (fault === 'crash after') this.invocations.kill(invocation);
      else call.reject(error as Error);
    }
  }

  #faultOf({ invocation, name }: Call) {
    const rate = (reads.test(name) ? 0.2 : 1) * (this.trace.length < this.#burstEnd ? 4 : 1) * this.style.rate;
    if (this.faults <= 0 || !this.random.chance(rate)) return undefined;
    this.faults--;
    this.#burstEnd = this.trace.length + burst;
    const fault = this.random.pick(['crash before', 'crash after', 'error before', 'error after', 'given up'] as const);
    this.#note(`FAULT ${fault} of ${name} of ${invocation.name}`);
    return fault;
  }

  #prune(): void {
    this.#ready = this.#ready.filter(({ moot }) => !moot());
  }

  #isOver(): boolean {
    const onlySweeps = this.#ready.every(({ label }) => label === 'sweep');
    const running = [...this.machine.executions.values()].some(({ status }) => status === 'RUNNING');
    return onlySweeps && !running && this.observer.isQuiet;
  }

  #sweepLater(): void {
    this.later(
      'sweep',
      () => {
        if (this.observer.isDue(this.now)) this.invoke('sweep', {});
        this.#sweepLater();
      },
      minute,
    );
  }

  #note(line: string): void {
    this.trace.push(line);
  }
}

/** Everything has run that can without the world outside. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function passing(): Error {
  return Object.assign(new Error('Not now.'), { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
}
