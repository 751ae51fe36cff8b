import type { DynamoDBRecord } from 'aws-lambda';
import { type Batch, eventOf, judge, split } from '../../local/lambda/batch.ts';
import type { MappingDefinition } from '../../local/lambda/mapping-definition.ts';
import type { Ports } from '../../local/ports.ts';
import type { Answer, World } from './world.ts';

const second = 1000;

/** The table's stream as its mapping of the template hands it on: in order, a batch at a time, halved where it fails. */
export class Stream {
  /** Whether it gave records up, after as many tries as the template says. */
  lostRecords = false;
  #position = 0;
  #isDelivering = false;
  readonly #mapping: MappingDefinition;
  readonly #world: World;

  constructor(world: World, mapping: MappingDefinition) {
    this.#world = world;
    this.#mapping = mapping;
  }

  records(read: Ports['readStream'], after: number, limit: number) {
    return read(this.#mapping.source, after, limit) as readonly { sequence: number; record: DynamoDBRecord }[];
  }

  /** Hands the next records over; false when there are none, or others are on their way. */
  deliver(): boolean {
    if (this.#isDelivering) return false;
    const records = this.#world.services.readStream(this.#mapping.source, this.#position, this.#mapping.batchSize);
    const through = records.at(-1)?.sequence;
    if (through === undefined) return false;
    this.#isDelivering = true;
    this.#handOver([{ records, through, attempts: 0 }]);
    return true;
  }

  #handOver([batch, ...rest]: readonly Batch[], delay = 0): void {
    if (!batch) {
      this.#isDelivering = false;
      return;
    }
    const definition = this.#world.definitionOf(this.#mapping.functionName);
    const told = (answer: Answer) => this.#told(batch, rest, answer);
    this.#world.invoke('the stream calls publish', definition, eventOf(batch), told, delay);
  }

  #told(batch: Batch, rest: readonly Batch[], answer: Answer): void {
    const verdict =
      answer.status === 'Answered' ? judge(batch, answer.payload) : ({ status: 'Failed', firstFailed: 0 } as const);
    if (verdict.status === 'Done') {
      this.#goOn(batch, rest);
      return;
    }
    const attempts = batch.attempts + 1;
    if (attempts > this.#mapping.retries) {
      this.lostRecords = true;
      this.#goOn(batch, rest);
      return;
    }
    if (verdict.firstFailed > 0) {
      const [done, again] = split(batch, verdict.firstFailed, attempts);
      this.#position = done.through;
      this.#handOver([again, ...rest], second);
      return;
    }
    const again: readonly Batch[] =
      this.#mapping.bisect && answer.status !== 'Answered' && batch.records.length > 1
        ? split({ ...batch, attempts }, Math.ceil(batch.records.length / 2), attempts)
        : [{ ...batch, attempts }];
    this.#handOver([...again, ...rest], second);
  }

  #goOn(done: Batch, rest: readonly Batch[]): void {
    this.#position = done.through;
    this.#handOver(rest);
  }
}
