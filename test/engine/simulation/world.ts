import type { Context } from 'aws-lambda';
import { actionFunction } from '../../../functions/actions/action-function.ts';
import { manual } from '../../../functions/actions/manual/manual.ts';
import { isActionKey } from '../../../functions/domain/action.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { isFinal } from '../../../functions/domain/run.ts';
import { handler as statusChange } from '../../../functions/listeners/execution-status-change.ts';
import { handler as publish } from '../../../functions/listeners/publish.ts';
import { handler as sweep } from '../../../functions/listeners/sweep.ts';
import { handler as closeRun } from '../../../functions/tasks/close-run.ts';
import { handler as decide } from '../../../functions/tasks/decide.ts';
import { handler as settleAction } from '../../../functions/tasks/settle-action.ts';
import type { Choices } from './choices.ts';
import { commands } from './commands.ts';
import { seedIds } from './crypto.ts';
import { setBudget } from './history-budget.ts';
import { type Call, type Invocation, Invocations, type Owner } from './invocations.ts';
import { Machine } from './machine.ts';
import { MemoryTable } from './memory-table.ts';
import { Observer } from './observer.ts';
import { promise } from './promise.ts';
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
  /** Of a stage's run order: they must fit into one execution's history. */
  readonly mostActions: number;
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
/** After so many sweeps that changed nothing the next will not either. */
const enoughSweeps = 8;
/** Faults come together: for so many steps after one, others are likelier. */
const burst = 15;
/** Within what an event that is late comes. */
const delays = [10 * minute, 60 * minute, 24 * 60 * minute];
const callFaults = ['crash before', 'crash after', 'error before', 'error after', 'given up'] as const;
/** What is lost with these is little. */
const reads = /Get|Query|Describe/;

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:simulated',
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => 300_000,
} as Context;

/** The world of one seed: AWS around the handlers, a scheduler that orders every call, and faults. */
export class World {
  readonly choices: Choices;
  readonly style: Style;
  readonly table = new MemoryTable();
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
  /** Steps that the scheduler has taken. */
  steps = 0;
  /** Faults, with the step in which they were. */
  readonly befell: { readonly step: number; readonly fault: string }[] = [];
  /** Asked when nothing would ever happen again: whether somebody does something. */
  onRest: () => boolean = () => false;
  #ready: Step[] = [];
  #afterWrites: { readonly writes: number; readonly run: () => void }[] = [];
  /** How often the sweeper looked since records have changed. */
  #swept = { changes: 0, times: 0 };
  #burstEnd = 0;
  readonly #since = new Map<Invocation, number>();
  readonly #functions: Readonly<Record<string, Handler>>;
  readonly #stream = new Stream(this);

  constructor(choices: Choices) {
    this.choices = choices;
    this.style = styleOf(choices);
    this.faults = this.style.faults;
    setBudget(this.style.budget);
    seedIds(choices.below('ids', 1000));
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
    const invocation = this.invocations.start(name, this.#priority(), watched, owner);
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
    const delay = (how: string) =>
      this.choices.below(`${label} ${how} by`, this.choices.pick(`${label} ${how} unit`, delays));
    this.later(label, deliver, this.fault(`${label} is late`) ? delay('late') : 0);
    if (this.fault(`${label} comes twice`)) this.later(label, deliver, delay('twice'));
  }

  /** Whether a fault is to happen here. */
  fault(label: string): boolean {
    if (this.faults <= 0 || !this.choices.chance(`fault: ${label}`, this.style.rate * 2)) return false;
    this.#fault(label);
    return true;
  }

  /** Something that happens once the table was written so often. */
  afterWrites(writes: number, run: () => void): void {
    this.#afterWrites.push({ writes: this.table.writes + writes, run });
  }

  /** Goes on until nothing is left to do. */
  async run(): Promise<void> {
    for (; this.steps < mostSteps; this.steps++) {
      this.#prune();
      if (this.choices.chance('stream', 0.3) && this.#stream.deliver()) {
        await settled();
        continue;
      }
      const { length } = this.invocations.calls;
      if (length === 0 && this.#isOver()) return;
      await this.#step();
      for (const error of this.unexpected) throw error;
    }
    throw new Error('It goes on and on.');
  }

  /** Does all that can be done without that time passes. */
  async settle(): Promise<void> {
    for (;;) {
      this.#prune();
      this.observer.look();
      const goesOn = this.invocations.calls.length > 0 || this.#ready.some(({ at }) => at <= this.now);
      if (goesOn) await this.#step();
      else if (this.#stream.deliver()) await settled();
      else return;
    }
  }

  async #step(): Promise<void> {
    const due = this.#ready.filter(({ at }) => at <= this.now);
    const { calls } = this.invocations;
    if (calls.length === 0 && due.length === 0) {
      if (!this.#stream.deliver()) this.#wait();
      await settled();
      return;
    }
    if (this.faults > 0 && this.choices.chance('wait', 0.01)) return this.#wait();
    const turn = this.choices.below('turn', calls.length + due.length);
    const step = due[turn - calls.length];
    if (step) this.#deliver(step);
    else await this.#perform(this.#pickCall(turn));
    await settled();
    this.observer.look();
    this.#afterWrite();
    this.now += this.choices.below('tick', 20);
  }

  #pickCall(turn: number): Call {
    const { calls } = this.invocations;
    const [first] = this.style.byPriority
      ? calls.toSorted((a, b) => b.invocation.priority - a.invocation.priority)
      : calls.slice(turn);
    if (!first) throw new Error('Nobody has a turn.');
    if (this.style.byPriority && this.choices.chance('change of priority', 0.05))
      first.invocation.priority = this.#priority();
    return first;
  }

  #priority(): number {
    return this.style.byPriority ? this.choices.below('priority', 1000) : 0;
  }

  #deliver(step: Step): void {
    this.#ready.splice(this.#ready.indexOf(step), 1);
    this.note(step.label);
    step.run();
  }

  #afterWrite(): void {
    const due = this.#afterWrites.filter(({ writes }) => writes <= this.table.writes);
    if (due.length === 0) return;
    this.#afterWrites = this.#afterWrites.filter((each) => !due.includes(each));
    for (const { run } of due) run();
  }

  /** Nothing is left to do now: time goes on to the next thing. */
  #wait(): void {
    const next = Math.min(...this.#ready.map(({ at }) => at).filter((at) => at > this.now));
    const sweep = this.#nextSweep();
    if (sweep <= next && Number.isFinite(sweep)) this.#passTo(sweep);
    else if (Number.isFinite(next)) this.#passTo(next);
    else if (this.invocations.calls.length > 0) this.#passTo(this.now + longestInvocation + minute);
    else if (this.#ready.length === 0) this.#rest();
    if (sweep <= next && Number.isFinite(sweep)) this.#sweep();
  }

  #passTo(time: number): void {
    if (time - this.now > longestInvocation) this.#swept.times = 0;
    this.now = time;
    this.note(`it is ${new Date(this.now).toISOString()}`);
    for (const { invocation } of [...this.invocations.calls]) {
      const since = this.#since.get(invocation) ?? this.now;
      if (this.now - since > longestInvocation) this.invocations.kill(invocation);
    }
  }

  /** The minute in which the sweeper finds something. When it has found the same for some times, only something else can change that. */
  #nextSweep(): number {
    const { changes, nextCheck } = this.observer;
    if (changes !== this.#swept.changes) this.#swept = { changes, times: 0 };
    if (this.#swept.times >= enoughSweeps || nextCheck === undefined) return Number.POSITIVE_INFINITY;
    return Math.ceil(Math.max(this.now + 1, nextCheck) / minute) * minute;
  }

  #sweep(): void {
    this.#swept.times++;
    this.invoke('sweep', {});
  }

  /** Nothing would ever happen again: whoever still waits waits for somebody. */
  #rest(): void {
    this.#swept.times = 0;
    if (this.onRest()) return;
    const left = [...this.observer.runs.values()].filter(({ status }) => !isFinal(status));
    promise(
      'ends',
      left.length === 0,
      `${left.map(({ id, status }) => `Run ${id} is ${status}`).join(', ')} for ever.`,
    );
    throw new Error('Nothing goes on, and not all is over.');
  }

  async #perform(call: Call): Promise<void> {
    const { invocation, name } = call;
    this.invocations.take(call);
    this.note(`${invocation.name}: ${name}`);
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
    const likely = (reads.test(name) ? 0.2 : 1) * (invocation.name in commands ? 4 : 1);
    const rate = likely * (this.trace.length < this.#burstEnd ? 4 : 1) * this.style.rate;
    const place = `${name.split(' ')[0]} of ${invocation.name}`;
    if (this.faults <= 0 || !this.choices.chance(`fault: ${place}`, rate)) return undefined;
    this.#burstEnd = this.trace.length + burst;
    const fault = this.choices.pick(`fault of ${place}`, callFaults);
    this.#fault(`${fault} of ${name} of ${invocation.name}`);
    return fault;
  }

  #prune(): void {
    this.#ready = this.#ready.filter(({ moot }) => !moot());
  }

  #isOver(): boolean {
    const running = [...this.machine.executions.values()].some(({ status }) => status === 'RUNNING');
    return this.#ready.length === 0 && !running && this.observer.isQuiet;
  }

  /** Tells the trace. */
  note(line: string): void {
    this.trace.push(line);
  }

  #fault(what: string): void {
    this.faults--;
    this.befell.push({ step: this.steps, fault: what });
    this.note(`FAULT ${what}`);
  }
}

/** The simplest first. */
function styleOf(choices: Choices): Style {
  const budget = choices.pick('budget', [20_000, 20_000, 70, 45]);
  return {
    faults: choices.chance('faults', 0.8) ? 1 + choices.below('number of faults', 10) : 0,
    rate: choices.pick('rate', [0.02, 0.05, 0.12]),
    byPriority: choices.chance('by priority', 0.5),
    retries: choices.pick('retries', [8, 1, 0]),
    budget,
    mostActions: budget < 70 ? 3 : 6,
  };
}

/** Everything has run that can without the world outside. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function passing(): Error {
  return Object.assign(new Error('Not now.'), { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
}
