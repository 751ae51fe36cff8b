import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from '../clock.ts';
import { isRefused } from '../target.ts';
import { executionRole } from './definition.ts';
import { type Destinations, datedKey } from './destinations.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type EventInvokeConfig } from './event-invoke-config.ts';
import { ASYNCHRONOUS_LIMIT, type Functions, requireJson } from './functions.ts';
import { partsOf } from './name.ts';

interface Event {
  readonly id: string;
  /** As it was called: by name, with an alias behind a colon where there is one. */
  readonly function: string;
  readonly payload: string;
  readonly created: number;
  /** Times that the function ran and failed. */
  readonly attempts: number;
  readonly throttles: number;
  /** The last failure's payload, JSON text. */
  readonly failure: string | null;
}

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

const MINUTE = 60_000;
const LONGEST_PAUSE = 5 * MINUTE;
const ERROR_MESSAGE_LENGTH = 1024;

/**
 * Asynchronous invocations: stored, then run, retried one and two minutes after a failure, and for six hours while throttled; what still
 * fails goes to the dead-letter queue and the failure destination. An event leaves the database only after all that, so a
 * crash repeats work and loses none. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class EventQueue {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #functions: Functions;
  readonly #destinations: Destinations;
  readonly #parallel: number;
  readonly #configs = new Map<string, EventInvokeConfig>();
  readonly #running = new Set<string>();
  #timer: Timer | undefined;
  #open = false;

  /** `parallel`: how many events may be under way at once. */
  constructor(options: {
    readonly database: DatabaseSync;
    readonly clock: Clock;
    readonly functions: Functions;
    readonly destinations: Destinations;
    readonly parallel: number;
  }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#functions = options.functions;
    this.#destinations = options.destinations;
    this.#parallel = options.parallel;
    this.#database.exec(
      `CREATE TABLE IF NOT EXISTS events (
        id TEXT PRIMARY KEY, function TEXT NOT NULL, payload TEXT NOT NULL, created REAL NOT NULL, due REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, throttles INTEGER NOT NULL DEFAULT 0, failure TEXT
      ) STRICT;
      CREATE INDEX IF NOT EXISTS events_by_due ON events (due);`,
    );
  }

  configure(functionName: string, config: EventInvokeConfig): void {
    this.#configs.set(functionName, config);
  }

  /** Stores an event; answers its request id. */
  add(functionName: string, payload: string, id: string = randomUUID()): string {
    this.#functions.get(functionName);
    const event = requireJson(payload, ASYNCHRONOUS_LIMIT);
    const now = this.#clock.now();
    this.#database
      .prepare('INSERT INTO events (id, function, payload, created, due) VALUES (?, ?, ?, ?, ?)')
      .run(id, functionName, event, now, now);
    this.#pump();
    return id;
  }

  start(): void {
    this.#open = true;
    this.#pump();
  }

  /** What is under way stays in the database for the next start. */
  close(): void {
    this.#open = false;
    this.#timer?.cancel();
  }

  #pump(): void {
    if (!this.#open) return;
    for (const id of this.#due()) void this.#work(id);
    this.#timer?.cancel();
    const later = this.#database.prepare('SELECT MIN(due) AS due FROM events WHERE due > ?').get(this.#clock.now());
    if (typeof later?.['due'] === 'number') this.#timer = this.#clock.at(later['due'], () => this.#pump());
  }

  /** Ids of events to start now. Those under way are due as well, so that a crash starts them again. */
  #due(): string[] {
    if (this.#running.size >= this.#parallel) return [];
    const rows = this.#database
      .prepare('SELECT id FROM events WHERE due <= ? ORDER BY due, rowid LIMIT ?')
      .all(this.#clock.now(), this.#parallel);
    const ids = rows.map((row) => String(row['id'])).filter((id) => !this.#running.has(id));
    return ids.slice(0, this.#parallel - this.#running.size);
  }

  async #work(id: string): Promise<void> {
    this.#running.add(id);
    try {
      const event = this.#load(id);
      if (event !== undefined) await this.#attempt(event);
    } catch {
      // A throttle, or a delivery that failed (a queue that is gone, a role that cannot be assumed): tried again later.
      this.#postpone(id);
    } finally {
      this.#running.delete(id);
      this.#pump();
    }
  }

  #load(id: string): Event | undefined {
    return this.#database.prepare('SELECT * FROM events WHERE id = ?').get(id) as Event | undefined;
  }

  async #attempt(event: Event): Promise<void> {
    if (!this.#functions.has(event.function)) return this.#remove(event);
    const config = this.#configs.get(event.function) ?? DEFAULT_EVENT_INVOKE_CONFIG;
    if (event.attempts > config.retries) return this.#giveUp(event, config, 'RetriesExhausted');
    if (this.#clock.now() - event.created >= config.maximumAge) return this.#giveUp(event, config, 'EventAgeExceeded');
    const { reserved } = this.#functions.get(event.function);
    if (reserved === 0) return this.#giveUp(event, config, 'ZeroReservedConcurrency');
    const { payload, functionError } = await this.#functions.run(event.function, event.payload, { id: event.id });
    if (!this.#open) return;
    if (functionError === undefined) return this.#succeed(event, config, payload);
    const failed = { ...event, attempts: event.attempts + 1, failure: payload };
    this.#save(failed, this.#clock.now() + failed.attempts * MINUTE);
    if (failed.attempts > config.retries) await this.#giveUp(failed, config, 'RetriesExhausted');
  }

  async #succeed(event: Event, { onSuccess }: EventInvokeConfig, payload: string): Promise<void> {
    if (onSuccess !== undefined) await this.#tell(onSuccess, event, 'Success', payload);
    this.#remove(event);
  }

  async #giveUp(event: Event, config: EventInvokeConfig, condition: Condition): Promise<void> {
    const definition = this.#functions.get(event.function);
    const { deadLetterArn } = definition;
    if (deadLetterArn !== undefined) {
      const message = event.failure === null ? condition : String(JSON.parse(event.failure).errorMessage);
      const attributes = {
        RequestID: event.id,
        ErrorCode: event.failure === null ? '429' : '200',
        ErrorMessage: message.slice(0, ERROR_MESSAGE_LENGTH),
      };
      await unlessRefused(event, () =>
        this.#destinations.deadLetter(deadLetterArn, event.payload, attributes, executionRole(definition)),
      );
    }
    if (config.onFailure !== undefined) await this.#tell(config.onFailure, event, condition, event.failure);
    this.#remove(event);
  }

  /** The record that a destination gets. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  #tell(arn: string, event: Event, condition: Condition, response: string | null): Promise<void> {
    const now = this.#clock.now();
    const functionError = condition === 'Success' ? {} : { functionError: 'Unhandled' };
    const record = {
      version: '1.0',
      timestamp: new Date(now).toISOString(),
      requestContext: {
        requestId: event.id,
        functionArn: `${this.#functions.get(event.function).arn}:${partsOf(event.function).alias ?? '$LATEST'}`,
        condition,
        approximateInvokeCount: condition === 'Success' ? event.attempts + 1 : event.attempts,
      },
      requestPayload: JSON.parse(event.payload),
      ...(response === null
        ? {}
        : {
            responseContext: { statusCode: 200, executedVersion: '$LATEST', ...functionError },
            responsePayload: JSON.parse(response),
          }),
    };
    const key = `aws/lambda/async/${partsOf(event.function).name}/${datedKey(now, randomUUID())}`;
    const role = executionRole(this.#functions.get(event.function));
    return unlessRefused(event, () => this.#destinations.send(arn, record, key, role));
  }

  /** What can neither run nor be given up (its destination is gone) is dropped after twice the age that it may reach. */
  #postpone(id: string): void {
    const event = this.#open ? this.#load(id) : undefined;
    if (event === undefined) return;
    const { maximumAge } = this.#configs.get(event.function) ?? DEFAULT_EVENT_INVOKE_CONFIG;
    const now = this.#clock.now();
    const pause = Math.min(1000 * 2 ** event.throttles, LONGEST_PAUSE);
    if (now - event.created >= 2 * maximumAge) this.#remove(event);
    else this.#save({ ...event, throttles: event.throttles + 1 }, now + pause);
  }

  #save({ id, attempts, throttles, failure }: Event, due: number): void {
    this.#database
      .prepare('UPDATE events SET attempts = ?, throttles = ?, failure = ?, due = ? WHERE id = ?')
      .run(attempts, throttles, failure, due, id);
  }

  #remove({ id }: Event): void {
    this.#database.prepare('DELETE FROM events WHERE id = ?').run(id);
  }
}

/** What the function's role may not send is lost, as on AWS, which counts it (DeadLetterErrors, DestinationDeliveryFailures). */
async function unlessRefused(event: Event, send: () => void | Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Error && isRefused(error))) throw error;
    console.error(`What event ${event.id} of ${event.function} left was not delivered: ${error.message}`);
  }
}
