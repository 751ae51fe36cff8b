import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Ports } from '../ports.ts';
import type { StackContext } from '../service.ts';
import { executionRole, type FunctionDefinition } from './definition.ts';
import { answerOf, type Ending, failure, outOfMemory, runtimeFailure, timedOut } from './ending.ts';
import { environmentOf } from './environment.ts';
import type { LogBuffer } from './log-buffer.ts';
import { endLines, startLines } from './platform-lines.ts';

/** One call of a function; `payload` is JSON text. */
export interface Invocation {
  readonly id: string;
  /** As it was called: with an alias, where there is one. */
  readonly arn: string;
  readonly payload: string;
  readonly clientContext?: unknown;
}

/** What a call came to: the answer's JSON text, or the failure's. `log` is what it and Lambda wrote meanwhile. */
export interface Ran {
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  readonly log: readonly string[];
}

/** What all sandboxes share. */
export interface SandboxHost {
  readonly context: StackContext;
  readonly assumeRole: Ports['assumeRole'];
  readonly logs: LogBuffer;
  /** A folder for the sandboxes' temporary files. */
  readonly temporary: string;
  /** A folder for compiled code: a sandbox of a function that ran before starts in half the time. */
  readonly compiled: string;
}

type Message =
  | { readonly type: 'Ready' }
  | { readonly type: 'Logged'; readonly time: number; readonly text: string }
  | { readonly type: 'Answered'; readonly payload: string; readonly heap: number }
  | { readonly type: 'Failed' | 'Crashed'; readonly failure: string; readonly heap: number };

const BOOT = new URL('./boot.mjs', import.meta.url);
const CREDENTIALS_SECONDS = 12 * 3600;
const CREDENTIALS_LEFT = 10 * 60_000;
const LOAD_LIMIT = 10_000;
const LOOK = 50;
const HEADROOM = 1024;
const MEGABYTE = 1024 * 1024;

/**
 * One thread that runs one function, one call at a time: Lambda's execution environment. It has its own module instances, variables,
 * credentials and memory limit, and whatever it does, the process lives on.
 * Time-outs are of the machine's time, because the speed of code is the machine's: a clock that stands would never end a
 * busy loop, a clock that is turned would end one that has just begun.
 *
 * Memory is looked at from outside, every 50 ms. V8's own limit for a thread stands far above, as a last resort only: a single large
 * allocation that crosses it ends the whole process. A sandbox may hold twice its memory in heap and buffers, because V8 lets
 * as much garbage gather as there is live data.
 */
export class Sandbox {
  readonly definition: FunctionDefinition;
  readonly #host: SandboxHost;
  readonly #worker: Worker;
  readonly #stream: string;
  readonly #temporary: string;
  readonly #bundle: string;
  readonly #expiration: number;
  readonly #exited: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #opened = performance.now();
  #init: number | undefined;
  #dead = false;
  #crash: Ending | undefined;
  #log: string[] = [];
  #settle: ((ending: Ending) => void) | undefined;

  /** `onExit` is called once, when the thread is gone. */
  constructor(definition: FunctionDefinition, host: SandboxHost, onExit: (sandbox: Sandbox) => void) {
    const id = randomUUID().replaceAll('-', '');
    const { arn: sourceArn } = definition;
    const lambda = { service: 'lambda.amazonaws.com', sourceArn };
    const credentials = host.assumeRole(definition.role, definition.name, CREDENTIALS_SECONDS, lambda);
    this.definition = definition;
    this.#host = host;
    this.#stream = streamName(definition, host.context.clock.now(), id);
    this.#temporary = join(host.temporary, id);
    this.#bundle = stampOf(definition.file);
    this.#expiration = credentials.expiration;
    mkdirSync(this.#temporary, { recursive: true });
    const { name, handler, memory, timeout } = definition;
    this.#worker = new Worker(BOOT, {
      name,
      workerData: {
        module: pathToFileURL(definition.file).href,
        handler: definition.exported,
        shared: host.context.clock.shared,
        settings: { name, handler, memory, timeout },
        compiled: host.compiled,
      },
      env: environmentOf(definition, host.context, credentials, {
        stream: this.#stream,
        temporary: this.#temporary,
        host: process.env,
      }),
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 2 * memory + HEADROOM },
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: Message) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error));
    const loading = setTimeout(() => this.#breakOff(LOAD_LIMIT / 1000), LOAD_LIMIT);
    const watch = setInterval(() => void this.#watchMemory(), LOOK);
    void this.#ready.promise.finally(() => {
      clearTimeout(loading);
      clearInterval(watch);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#exit(code);
        resolve();
        onExit(this);
      });
    });
  }

  /** True while it may be given a call: alive, its credentials good for ten minutes, its bundle and definition the newest. */
  isFresh(current: FunctionDefinition | undefined): boolean {
    if (this.#dead || this.definition !== current) return false;
    if (this.#expiration - this.#host.context.clock.now() < CREDENTIALS_LEFT) return false;
    return this.#bundle === stampOf(this.definition.file);
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Runs one call; never rejects: what goes wrong is the call's failure. */
  async run(invocation: Invocation): Promise<Ran> {
    await this.#ready.promise;
    const { logging, memory, timeout } = this.definition;
    this.#log = [];
    for (const line of startLines(logging, this.#now(), invocation.id)) this.#write(this.#now(), line);
    const start = performance.now();
    const ending = await this.#runFor(timeout, invocation);
    const payload = ending.payload(invocation.id);
    const failed = ending.status !== 'success';
    const reason = failed ? JSON.parse(payload).errorType : undefined;
    const lines = endLines(logging, this.#now(), {
      requestId: invocation.id,
      status: ending.status,
      ...(this.#dead && ending.status === 'error' ? { errorType: reason } : {}),
      // A timer may ring a fraction of a millisecond early.
      duration: ending.status === 'timeout' ? timeout * 1000 : Math.min(performance.now() - start, timeout * 1000),
      ...(this.#init === undefined ? {} : { init: this.#init }),
      memory,
      memoryUsed: ending.heap ?? memory,
    });
    for (const line of lines) this.#write(this.#now(), line);
    this.#init = undefined;
    return { payload, ...(failed ? { functionError: 'Unhandled' as const } : {}), log: this.#log };
  }

  /** Ends the thread and resolves when it is gone. A call that runs fails. */
  async end(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
    await this.#exited;
  }

  async #runFor(timeout: number, invocation: Invocation): Promise<Ending> {
    if (this.#crash !== undefined) return this.#crash;
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.#settle = resolve;
    const timer = setTimeout(() => this.#breakOff(timeout), timeout * 1000);
    const watch = setInterval(() => void this.#watchMemory(), LOOK);
    this.#worker.postMessage(invocation);
    const ending = await promise;
    clearTimeout(timer);
    clearInterval(watch);
    if (ending.status === 'timeout') {
      const time = new Date(this.#now()).toISOString();
      this.#write(this.#now(), `${time} ${invocation.id} Task timed out after ${timeout.toFixed(2)} seconds`);
    }
    return ending;
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'Ready':
        this.#init = performance.now() - this.#opened;
        this.#ready.resolve();
        return;
      case 'Logged':
        this.#write(message.time, message.text);
        return;
      case 'Answered':
        this.#finish(answerOf(message));
        return;
      case 'Failed':
        this.#finish({ payload: () => message.failure, status: 'error', heap: message.heap });
        return;
      case 'Crashed':
        this.#stop({ payload: () => message.failure, status: 'error', heap: message.heap });
        return;
    }
  }

  #fail(error: Error & { code?: string }): void {
    this.#stop(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory() : failure(error.name, error.message));
  }

  async #watchMemory(): Promise<void> {
    try {
      const { used_heap_size, external_memory } = await this.#worker.getHeapStatistics();
      if (used_heap_size + external_memory > 2 * this.definition.memory * MEGABYTE) this.#stop(outOfMemory());
    } catch {
      // The thread has just ended.
    }
  }

  #exit(code: number): void {
    const reason =
      code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
    this.#stop(runtimeFailure('Runtime.ExitError', reason));
    rmSync(this.#temporary, { recursive: true, force: true });
  }

  #breakOff(seconds: number): void {
    this.#stop(timedOut(seconds));
  }

  /** The thread is of no more use; the first reason counts. */
  #stop(ending: Ending): void {
    this.#crash ??= ending;
    this.#dead = true;
    this.#ready.resolve();
    this.#finish(this.#crash);
    void this.#worker.terminate();
  }

  #finish(ending: Ending): void {
    this.#settle?.(ending);
    this.#settle = undefined;
  }

  #write(time: number, text: string): void {
    this.#log.push(text);
    const { group } = this.definition.logging;
    this.#host.logs.add(group, this.#stream, { time, message: text }, executionRole(this.definition));
  }

  #now(): number {
    return this.#host.context.clock.now();
  }
}

/** A group of the function's own has its streams by day; a shared one by function too. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html */
function streamName({ name, logging }: FunctionDefinition, time: number, id: string): string {
  const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
  return logging.group === `/aws/lambda/${name}` ? `${day}/[$LATEST]${id}` : `${day}/${name}[$LATEST]${id}`;
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'missing' : `${stat.mtimeMs} ${stat.size}`;
}
