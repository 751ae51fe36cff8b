import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service.ts';
import type { FunctionDefinition } from './definition.ts';
import { functionNotFound, partsOf } from './name.ts';
import { Pool } from './pool.ts';
import { type Ran, Sandbox, type SandboxHost } from './sandbox.ts';

/** Counts since the stack started, for a benchmark. `throttles` are not invocations. */
export interface FunctionMetrics {
  readonly invocations: number;
  readonly coldStarts: number;
  readonly errors: number;
  readonly throttles: number;
}

/** Lambda's limits of a payload in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const SYNCHRONOUS_LIMIT = 6 * 1024 * 1024;
export const ASYNCHRONOUS_LIMIT = 1024 * 1024;

/** The functions of the stack, and the running of them. */
export class Functions {
  readonly #definitions = new Map<string, FunctionDefinition>();
  readonly #metrics = new Map<string, { -readonly [K in keyof FunctionMetrics]: FunctionMetrics[K] }>();
  readonly #running = new Map<string, number>();
  readonly #pool: Pool;
  readonly #hasAlias: (functionName: string, alias: string) => boolean;

  constructor(host: SandboxHost, limit: number, hasAlias: (functionName: string, alias: string) => boolean) {
    this.#hasAlias = hasAlias;
    this.#pool = new Pool({
      limit,
      open: (definition, onExit) => {
        const sandbox = new Sandbox(definition, host, onExit);
        this.#metricsOf(definition.name).coldStarts += 1;
        return sandbox;
      },
      current: (name) => this.#definitions.get(name),
    });
  }

  put(definition: FunctionDefinition): void {
    this.#definitions.set(definition.name, definition);
  }

  /** Its sandboxes are used no more. */
  remove(name: string): void {
    this.#definitions.delete(name);
  }

  /** The function that is called so: by its name, or with an alias behind a colon. */
  get(called: string): FunctionDefinition {
    const definition = this.#find(called);
    if (definition === undefined) throw functionNotFound(called);
    return definition;
  }

  has(called: string): boolean {
    return this.#find(called) !== undefined;
  }

  /** All of them, by name. */
  list(): FunctionDefinition[] {
    return [...this.#definitions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get metrics(): ReadonlyMap<string, FunctionMetrics> {
    return this.#metrics;
  }

  /** How many sandboxes there are, of all functions together. */
  get sandboxes(): number {
    return this.#pool.size;
  }

  /** Runs the function that is called so on a payload of JSON text and waits for its answer. */
  async run(
    called: string,
    payload: string,
    { id = randomUUID() as string, clientContext = undefined as unknown } = {},
  ): Promise<Ran> {
    const definition = this.get(called);
    const { name } = definition;
    const { alias } = partsOf(called);
    const arn = alias === undefined ? definition.arn : `${definition.arn}:${alias}`;
    const event = requireJson(payload);
    const metrics = this.#metricsOf(name);
    const running = this.#running.get(name) ?? 0;
    if (definition.reserved !== undefined && running >= definition.reserved) {
      metrics.throttles += 1;
      throw throttled();
    }
    this.#running.set(name, running + 1);
    metrics.invocations += 1;
    try {
      const sandbox = await this.#pool.take(definition);
      const ran = await sandbox.run({ id, arn, payload: event, clientContext });
      this.#pool.release(sandbox);
      if (ran.functionError !== undefined) metrics.errors += 1;
      return ran;
    } finally {
      this.#running.set(name, (this.#running.get(name) ?? 1) - 1);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #find(called: string): FunctionDefinition | undefined {
    const { name, alias } = partsOf(called);
    return alias === undefined || this.#hasAlias(name, alias) ? this.#definitions.get(name) : undefined;
  }

  #metricsOf(name: string) {
    let metrics = this.#metrics.get(name);
    if (metrics === undefined) {
      metrics = { invocations: 0, coldStarts: 0, errors: 0, throttles: 0 };
      this.#metrics.set(name, metrics);
    }
    return metrics;
  }
}

/** Refuses what is not JSON or over `limit` bytes; an empty payload is an empty object. */
export function requireJson(payload: string, limit = SYNCHRONOUS_LIMIT): string {
  if (Buffer.byteLength(payload) > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new ServiceError('RequestTooLargeException', message, 413, { Type: 'User' });
  }
  if (payload.trim() === '') return '{}';
  try {
    JSON.parse(payload);
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new ServiceError('InvalidRequestContentException', message, 400, { Type: 'User' });
  }
  return payload;
}

function throttled(): ServiceError {
  return new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    Type: 'User',
  });
}
