import type { Clock, Timer } from '../clock.ts';
import type { GroupCommit } from './group-commit.ts';
import type { State } from './state.ts';

const INTERVAL = 60_000;

/** Each minute of the stack's clock: deletes expired items, stream records of yesterday and request tokens that ran out. */
export class Housekeeping {
  readonly #state: State;
  readonly #commits: GroupCommit;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #closed = false;

  constructor(state: State, commits: GroupCommit, clock: Clock) {
    this.#state = state;
    this.#commits = commits;
    this.#clock = clock;
  }

  start(): void {
    this.#timer = this.#clock.at(this.#clock.now() + INTERVAL, () => {
      this.#run().catch((error: unknown) => console.error('dynamodb housekeeping:', error));
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    const { catalogue, expiry, streams, tokens } = this.#state;
    try {
      await this.#repeat(() => streams.trim());
      streams.age();
      await this.#repeat(() => {
        tokens.trim();
        return false;
      });
      for (const { name } of catalogue.all()) {
        await this.#repeat(() => {
          const table = catalogue.find(name);
          return table?.timeToLive !== undefined && expiry.sweep(table, this.#clock.now());
        });
      }
    } finally {
      if (!this.#closed) this.start();
    }
  }

  /** Does a small batch at a time, each its own write, so that requests come between. */
  async #repeat(batch: () => boolean): Promise<void> {
    let more = !this.#closed;
    while (more) more = (await this.#commits.write(batch)) === true && !this.#closed;
  }
}
