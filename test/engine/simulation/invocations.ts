import { AsyncLocalStorage } from 'node:async_hooks';

/** What is told of an invocation's end: once, even if it lives on after it was given up. */
export interface Owner {
  readonly ended?: (result: unknown) => void;
  readonly failed?: (error: Error) => void;
}

/** A handler at work. Dead: none of its calls comes to anything. Given up: its owner counts on it no more, but it lives. */
export interface Invocation {
  readonly name: string;
  readonly owner: Owner;
  /** Of two that could go on, the one with the higher number does, in seeds that go by priority. */
  priority: number;
  alive: boolean;
  told: boolean;
}

/** A call to the world outside: it waits until the scheduler lets it happen. */
export interface Call {
  readonly invocation: Invocation;
  readonly name: string;
  readonly perform: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const current = new AsyncLocalStorage<Invocation>();

/** Handlers at work, and the calls at which they wait. Between two calls a handler runs undisturbed, as JavaScript does. */
export class Invocations {
  readonly calls: Call[] = [];

  /** Starts a handler; it runs to its first calls. */
  start(name: string, priority: number, work: () => Promise<unknown>, owner: Owner = {}): Invocation {
    const invocation: Invocation = { name, owner, priority, alive: true, told: false };
    current.run(invocation, () => {
      work().then(
        (result) => this.#tell(invocation, () => owner.ended?.(result)),
        (error: Error) => this.#tell(invocation, () => owner.failed?.(error)),
      );
    });
    return invocation;
  }

  /** A call of the handler that runs now; outside of handlers it happens at once. */
  call<T>(name: string, perform: () => Promise<T>): Promise<T> {
    const invocation = current.getStore();
    if (!invocation) return perform();
    return new Promise<T>((resolve, reject) => {
      if (!invocation.alive) return;
      this.calls.push({ invocation, name, perform, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Whether a handler runs now. */
  get isInside(): boolean {
    return current.getStore() !== undefined;
  }

  /** Takes a call off the list: it happens now, or never. */
  take(call: Call): void {
    this.calls.splice(this.calls.indexOf(call), 1);
  }

  /** The process of a handler is gone. */
  kill(invocation: Invocation): void {
    invocation.alive = false;
    for (const call of this.calls.filter((each) => each.invocation === invocation)) this.take(call);
    this.giveUp(invocation);
  }

  /** Its owner takes a handler for failed, which may live on. */
  giveUp(invocation: Invocation): void {
    if (invocation.told) return;
    invocation.told = true;
    invocation.owner.failed?.(new Error('The invocation was given up.'));
  }

  #tell(invocation: Invocation, tell: () => void): void {
    if (invocation.told || !invocation.alive) return;
    invocation.told = true;
    current.exit(tell);
  }
}
