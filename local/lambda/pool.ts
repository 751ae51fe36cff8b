import { ServiceError } from '../service.ts';
import type { FunctionDefinition } from './definition.ts';
import type { Sandbox } from './sandbox.ts';

interface Waiting {
  readonly definition: FunctionDefinition;
  readonly give: (sandbox: Sandbox) => void;
  readonly refuse: (error: unknown) => void;
  /** How often a later call was served before this one because a warm sandbox suited it. */
  passedOver: number;
}

const MAY_PASS = 8;

/**
 * The sandboxes of all functions, never more than `limit` threads. A call gets a warm sandbox of its function, else a new one, else the
 * place of the sandbox that has been idle the longest, else it waits. Warm sandboxes serve calls that came later than the
 * first in the queue, but only a few times, so that everyone has a turn.
 */
export class Pool {
  readonly #limit: number;
  readonly #open: (definition: FunctionDefinition, onExit: (sandbox: Sandbox) => void) => Sandbox;
  readonly #current: (name: string) => FunctionDefinition | undefined;
  readonly #all = new Set<Sandbox>();
  readonly #ending = new Set<Sandbox>();
  /** The longest idle first. */
  #idle: Sandbox[] = [];
  #queue: Waiting[] = [];
  #closed = false;

  constructor(options: {
    readonly limit: number;
    readonly open: (definition: FunctionDefinition, onExit: (sandbox: Sandbox) => void) => Sandbox;
    /** The definition that a function has now; sandboxes of an older one are not used again. */
    readonly current: (name: string) => FunctionDefinition | undefined;
  }) {
    this.#limit = Math.max(1, options.limit);
    this.#open = options.open;
    this.#current = options.current;
  }

  /** How many threads there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Resolves with a sandbox for one call of the function; it must be given back with `release`. */
  async take(definition: FunctionDefinition): Promise<Sandbox> {
    if (this.#closed) throw closing();
    return new Promise((give, refuse) => {
      this.#queue.push({ definition, give, refuse, passedOver: 0 });
      this.#serve();
    });
  }

  release(sandbox: Sandbox): void {
    if (sandbox.isDead) return;
    this.#idle.push(sandbox);
    this.#serve();
  }

  /** Ends all threads; calls that wait are refused. */
  async end(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue) waiting.refuse(closing());
    this.#queue = [];
    await Promise.all([...this.#all].map((sandbox) => sandbox.end()));
  }

  #serve(): void {
    for (;;) {
      if (this.#closed) return;
      const [first] = this.#queue;
      if (first === undefined) return;
      if (this.#serveWarm(first)) continue;
      if (this.#all.size >= this.#limit) {
        this.#makePlace();
        return;
      }
      this.#serveCold(first);
    }
  }

  #serveWarm(first: Waiting): boolean {
    for (const waiting of this.#queue) {
      if (waiting !== first && first.passedOver >= MAY_PASS) return false;
      const warm = this.#takeIdle(waiting.definition);
      if (warm === undefined) continue;
      if (waiting !== first) first.passedOver += 1;
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      waiting.give(warm);
      return true;
    }
    return false;
  }

  #serveCold(first: Waiting): void {
    this.#queue.shift();
    try {
      const sandbox = this.#open(first.definition, (gone) => this.#forget(gone));
      this.#all.add(sandbox);
      first.give(sandbox);
    } catch (error) {
      first.refuse(error);
    }
  }

  /** The warmest idle sandbox of the function; on the way, ends those that have become stale. */
  #takeIdle({ name }: FunctionDefinition): Sandbox | undefined {
    for (let index = this.#idle.length - 1; index >= 0; index -= 1) {
      const sandbox = this.#idle[index];
      if (sandbox?.definition.name !== name) continue;
      this.#idle.splice(index, 1);
      if (sandbox.isFresh(this.#current(name))) return sandbox;
      this.#end(sandbox);
    }
    return undefined;
  }

  /** Its place is free only once the thread is gone: `#forget` then serves on. */
  #makePlace(): void {
    if (this.#ending.size >= this.#queue.length) return;
    const oldest = this.#idle.shift();
    if (oldest !== undefined) this.#end(oldest);
  }

  #end(sandbox: Sandbox): void {
    this.#ending.add(sandbox);
    void sandbox.end();
  }

  #forget(sandbox: Sandbox): void {
    this.#all.delete(sandbox);
    this.#ending.delete(sandbox);
    this.#idle = this.#idle.filter((other) => other !== sandbox);
    this.#serve();
  }
}

function closing(): ServiceError {
  return new ServiceError('ServiceException', 'The local stack is closing.', 500);
}
