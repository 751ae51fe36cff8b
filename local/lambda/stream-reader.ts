import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Ports, Sender } from '../ports.ts';
import type { StackRecorder } from '../recorder.ts';
import { type Batch, createdAt, eventOf, fitting, judge, split, type Verdict } from './batch.ts';
import { executionRole } from './definition.ts';
import { type Destinations, datedKey } from './destinations.ts';
import { passes } from './filter.ts';
import { type Functions, SYNCHRONOUS_LIMIT } from './functions.ts';
import { type Condition, invocationRecord, shardOf } from './invocation-record.ts';
import type { MappingDefinition } from './mapping-definition.ts';

/** Where a reader keeps its position in the stream. */
export interface Position {
  load(): number;
  save(sequence: number): void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/**
 * Hands the records of one stream to one function, in order, batch after batch. A batch that fails is tried again, halved if the
 * mapping says so, until it succeeds or is given up to the failure destination. Only the position is kept over a
 * restart: records may be handed over twice, attempts are counted anew.
 */
export class StreamReader {
  readonly #definition: MappingDefinition;
  readonly #uuid: string;
  readonly #clock: Clock;
  readonly #read: Ports['readStream'];
  readonly #functions: Functions;
  readonly #destinations: Destinations;
  readonly #position: Position;
  readonly #recorder: StackRecorder | undefined;
  readonly #closing = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();
  #closed = false;
  #requestId = '';
  /** How the last batch went, in Lambda's words. */
  lastResult = 'No records processed';

  constructor(options: {
    readonly definition: MappingDefinition;
    readonly uuid: string;
    readonly clock: Clock;
    readonly readStream: Ports['readStream'];
    readonly functions: Functions;
    readonly destinations: Destinations;
    readonly position: Position;
    readonly recorder?: StackRecorder | undefined;
  }) {
    this.#definition = options.definition;
    this.#uuid = options.uuid;
    this.#clock = options.clock;
    this.#read = options.readStream;
    this.#functions = options.functions;
    this.#destinations = options.destinations;
    this.#position = options.position;
    this.#recorder = options.recorder;
  }

  /** To be called when the stream has new records. */
  wake(): void {
    this.#changed.resolve();
  }

  /** Reads until closed. */
  async run(): Promise<void> {
    while (!this.#closed) {
      const batch = await this.#next();
      if (batch !== undefined) await this.#work(batch);
    }
  }

  close(): void {
    this.#closed = true;
    this.#closing.resolve();
  }

  /** The next batch, when it is full or its window is over; undefined when closed. */
  async #next(): Promise<Batch | undefined> {
    const { source, batchSize, window, filters } = this.#definition;
    let deadline: number | undefined;
    while (!this.#closed) {
      this.#changed = Promise.withResolvers();
      const found = await this.#readFrom(source, batchSize);
      const last = found.at(-1);
      const records = found.filter(({ record }) => passes(filters, record));
      if (last === undefined) await this.#wait(this.#changed.promise);
      else if (records.length === 0) this.#position.save(last.sequence);
      else {
        deadline ??= this.#clock.now() + window;
        if (found.length >= batchSize || this.#clock.now() >= deadline) return this.#fit(records, last.sequence);
        await this.#wait(this.#changed.promise, deadline);
      }
    }
    return undefined;
  }

  /** What cannot be read (a table that is gone) is nothing yet: it is told by the mapping's last result and tried again. */
  async #readFrom(source: string, limit: number): Promise<Batch['records']> {
    for (;;) {
      try {
        return this.#closed ? [] : this.#read(source, this.#position.load(), limit, this.#role());
      } catch (error) {
        this.lastResult = `PROBLEM: ${(error as Error).message}`;
        await this.#pauseBefore([], FIRST_PAUSE);
      }
    }
  }

  #fit(records: Batch['records'], through: number): Batch {
    const held = fitting(records, SYNCHRONOUS_LIMIT);
    const last = held.at(-1)?.sequence ?? through;
    return { records: held, through: held.length === records.length ? through : last, attempts: 0 };
  }

  async #work(whole: Batch): Promise<void> {
    const parts = [whole];
    for (;;) {
      const part = parts.shift();
      if (part === undefined || this.#closed) return;
      parts.unshift(...(await this.#attempt(part)));
    }
  }

  /** Tries a batch once; answers what of it remains to be done. */
  async #attempt(batch: Batch): Promise<Batch[]> {
    const expired = this.#countExpired(batch);
    if (expired > 0) {
      const [old, rest] = split(batch, expired, batch.attempts);
      await this.#giveUp(old, 'RecordAgeExceeded');
      return rest.records.length === 0 ? this.#done(batch) : [rest];
    }
    const verdict = await this.#run(batch);
    if (this.#closed) return [];
    if (verdict === undefined) return this.#pauseBefore([batch], FIRST_PAUSE);
    this.lastResult = verdict.status === 'Done' ? 'OK' : 'PROBLEM: Function call failed';
    return verdict.status === 'Done' ? this.#done(batch) : this.#retry(batch, verdict.firstFailed);
  }

  async #retry(batch: Batch, firstFailed: number): Promise<Batch[]> {
    const { bisect, retries } = this.#definition;
    if (firstFailed > 0) {
      const [done, rest] = split(batch, firstFailed, 1);
      this.#done(done);
      return this.#exhausted(rest);
    }
    // Halving does not count as a retry. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    if (bisect && batch.records.length > 1 && retries > 0) {
      return split(batch, Math.ceil(batch.records.length / 2), batch.attempts);
    }
    return this.#exhausted({ ...batch, attempts: batch.attempts + 1 });
  }

  async #exhausted(batch: Batch): Promise<Batch[]> {
    if (batch.attempts <= this.#definition.retries) {
      return this.#pauseBefore([batch], FIRST_PAUSE * 2 ** (batch.attempts - 1));
    }
    await this.#giveUp(batch, 'RetryAttemptsExhausted');
    return this.#done(batch);
  }

  /** Undefined when the function could not be run: throttled, or its role is refused. */
  async #run(batch: Batch): Promise<Verdict | undefined> {
    const { functionName, reportsItemFailures } = this.#definition;
    this.#requestId = randomUUID();
    const payload = eventOf(batch);
    this.#recorder?.event({ source: 'dynamodb-stream', function: functionName, payload });
    try {
      const ran = await this.#functions.run(functionName, payload, { id: this.#requestId });
      if (ran.functionError !== undefined) return { status: 'Failed', firstFailed: 0 };
      return reportsItemFailures ? judge(batch, ran.payload) : { status: 'Done' };
    } catch (error) {
      this.lastResult = `PROBLEM: ${(error as Error).message}`;
      return undefined;
    }
  }

  #done(batch: Batch): [] {
    if (!this.#closed) this.#position.save(batch.through);
    return [];
  }

  /** Tells the destination; until that works, nothing is given up. */
  async #giveUp(batch: Batch, condition: Condition): Promise<void> {
    const { onFailure, functionName, source } = this.#definition;
    if (onFailure === undefined) return;
    for (let pause = FIRST_PAUSE; !this.#closed; pause *= 2) {
      const now = this.#clock.now();
      const names = { functionArn: this.#functions.get(functionName).arn, streamArn: source, destination: onFailure };
      const record = invocationRecord(batch, names, { condition, requestId: this.#requestId, now });
      const key = `aws/lambda/${this.#uuid}/${shardOf(source)}/${datedKey(now, randomUUID())}`;
      try {
        return await this.#destinations.send(onFailure, record, key, this.#role());
      } catch (error) {
        this.lastResult = `PROBLEM: ${(error as Error).message}`;
        await this.#pauseBefore([], pause);
      }
    }
  }

  /** A mapping reads its stream, and tells of failures, with the function's role. */
  #role(): Sender {
    return executionRole(this.#functions.get(this.#definition.functionName));
  }

  #countExpired({ records }: Batch): number {
    const now = this.#clock.now();
    const fresh = records.findIndex((record) => now - createdAt(record, now) <= this.#definition.maximumAge);
    return fresh === -1 ? records.length : fresh;
  }

  async #pauseBefore(batches: Batch[], pause: number): Promise<Batch[]> {
    const until = this.#clock.now() + Math.min(pause, LONGEST_PAUSE);
    while (!this.#closed && this.#clock.now() < until) await this.#wait(undefined, until);
    return batches;
  }

  /** Until `change`, the time `until`, or the end of the reader. */
  async #wait(change: Promise<void> | undefined, until?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = until === undefined ? undefined : this.#clock.at(until, resolve);
    await Promise.race([change ?? promise, promise, this.#closing.promise]);
    timer?.cancel();
  }
}
