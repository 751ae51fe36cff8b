import { type Call, type Invocation, Invocations } from '../engine/simulation/invocations.ts';
import type { Random } from '../engine/simulation/random.ts';
import type { Fault } from './faults.ts';

/** Something that happens from a time on. A delivery is one of the calls that the matrix counts. */
interface Step {
  readonly label: string;
  readonly at: number;
  readonly isDelivery: boolean;
  readonly run: (fault: Fault | undefined) => void;
}

/** One call, and what happens to it. Points count from 1. */
export interface Plan {
  readonly point: number;
  readonly fault: Fault;
}

/** Timers of services: what they fire for begins when it is due, before anything else. */
export const serviceTimer = 'a timer of a service';

/** Enough turns of the event loop for whatever inside of the process follows from something. */
const quietTurns = 4;

/** Orders all that happens in a world: one call or delivery at a time, drawn by the seed, while nothing else goes on. */
export class Scheduler {
  readonly invocations = new Invocations();
  /** The names of the calls and deliveries, in their order. */
  readonly points: string[] = [];
  readonly trace: string[] = [];
  now: number;
  readonly #random: () => Random;
  readonly #plan: Plan | undefined;
  #steps: Step[] = [];
  /** Grows with all that happens. */
  #activity = 0;

  constructor(random: () => Random, now: number, plan: Plan | undefined) {
    this.#random = random;
    this.#plan = plan;
    this.now = now;
  }

  /** Something of the world's own, after a delay. */
  later(label: string, run: () => void, delay = 0): { cancel(): void } {
    return this.#add({ label, at: Math.ceil(this.now + delay), isDelivery: false, run });
  }

  /** A delivery: a call that the matrix counts. */
  deliver(label: string, run: (fault: Fault | undefined) => void, delay = 0): void {
    this.#add({ label, at: Math.ceil(this.now + delay), isDelivery: true, run });
  }

  /** A call of the function that runs now, which waits until its turn comes; outside of functions it happens at once. */
  call<T>(name: string, perform: (fault: Fault | undefined) => Promise<T>): Promise<T> {
    this.#activity++;
    return this.invocations.call(name, () => perform(this.#fault));
  }

  /** What happens to the call that is performed now. */
  #fault: Fault | undefined;

  /** Lets one thing happen; false when nothing can but what waits for a later time. */
  async step(): Promise<boolean> {
    const due = this.#steps.filter(({ at }) => at <= this.now);
    const timer = due.filter(({ label }) => label === serviceTimer).sort((a, b) => a.at - b.at)[0];
    if (timer) {
      this.#begin(timer);
      await this.settled();
      return true;
    }
    const { calls } = this.invocations;
    if (calls.length + due.length === 0) return false;
    const drawn = this.#random().below(calls.length + due.length);
    const call = calls[drawn];
    if (call) await this.#perform(call);
    else this.#begin(due[drawn - calls.length] as Step);
    await this.settled();
    return true;
  }

  /** When the next thing happens that is not due yet; undefined when there is none. */
  next(matters: (label: string) => boolean = () => true): number | undefined {
    const times = this.#steps.filter(({ label }) => matters(label)).map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Waits until everything has run that can without the scheduler. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; ) {
      const before = this.#activity;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#activity === before && !isWorking() ? quiet + 1 : 0;
    }
  }

  #add(step: Step): { cancel(): void } {
    this.#activity++;
    this.#steps.push(step);
    return {
      cancel: () => {
        this.#steps = this.#steps.filter((each) => each !== step);
      },
    };
  }

  #begin(step: Step): void {
    this.#steps.splice(this.#steps.indexOf(step), 1);
    const fault = step.isDelivery ? this.#count(step.label) : undefined;
    step.run(fault);
  }

  async #perform(call: Call): Promise<void> {
    const { invocation, name } = call;
    this.invocations.take(call);
    const fault = this.#count(`${invocation.name}: ${name}`);
    if (fault === 'crash before') return this.kill(invocation);
    this.#fault = fault;
    try {
      const result = await call.perform();
      if (fault === 'crash after') this.kill(invocation);
      else call.resolve(result);
    } catch (error) {
      call.reject(error as Error);
    } finally {
      this.#fault = undefined;
    }
  }

  kill(invocation: Invocation): void {
    this.invocations.kill(invocation);
  }

  #count(label: string): Fault | undefined {
    this.points.push(label);
    this.trace.push(`${this.points.length} ${label}`);
    if (this.#plan?.point !== this.points.length) return undefined;
    this.trace.push(`FAULT ${this.#plan.fault}`);
    return this.#plan.fault;
  }
}

/** Whether the thread pool has something of this process to do: a file is read, something is unpacked. */
function isWorking(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^FSReq|^Zlib|^Brotli|WorkReq|Job/.test(name));
}
