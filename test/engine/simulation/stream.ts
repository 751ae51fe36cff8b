import type { DynamoDBBatchResponse } from 'aws-lambda';
import type { MemoryTable } from './memory-table.ts';
import type { World } from './world.ts';

type Batch = ReturnType<MemoryTable['records']>;

/** The table's stream: it hands its records to Publish, a batch at a time, in order. A batch that fails comes again. */
export class Stream {
  /** Whether it gave records up, as it does with what fails for too long. */
  lostRecords = false;
  #position = 0;
  #isDelivering = false;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Hands the next records over; false when there are none, or others are on their way. */
  deliver(): boolean {
    const { table, choices } = this.#world;
    const batch = this.#isDelivering ? [] : table.records(this.#position, 20 - choices.below('records', 20));
    if (batch.length === 0) return false;
    this.#isDelivering = true;
    if (this.#world.fault('the stream gives records up')) {
      this.lostRecords = true;
      this.#goOnAfter(batch);
    } else this.#handOver(batch);
    return true;
  }

  #handOver(batch: Batch): void {
    const failed = () => this.#world.later('the stream comes again', () => this.#handOver(batch));
    const ended = (result: unknown) => {
      const [failure] = (result as DynamoDBBatchResponse).batchItemFailures;
      const done = batch.findIndex(({ record }) => record.dynamodb?.SequenceNumber === failure?.itemIdentifier);
      if (done === 0) failed();
      else if (done > 0) this.#goOnAfter(batch.slice(0, done));
      else this.#goOnAfter(this.#world.fault('the stream comes twice') ? [] : batch);
    };
    this.#world.invoke('publish', { Records: batch.map(({ record }) => record) }, { ended, failed });
  }

  #goOnAfter(done: Batch): void {
    this.#position = done.at(-1)?.sequence ?? this.#position;
    this.#isDelivering = false;
  }
}
