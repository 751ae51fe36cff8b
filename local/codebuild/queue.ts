import type { Clock, Timer } from '../clock.ts';
import type { Build } from './build.ts';
import { complete, currentPhase, isOver } from './build.ts';
import type { Records } from './records.ts';

/** Why a running build must end before its time. `CLOSED`: the stack goes down; the next one judges the build. */
export type EndReason = 'STOPPED' | 'TIMED_OUT' | 'CLOSED';

/** Runs a build: `ending` tells it to end, in order; `closing` kills its processes. */
type RunOne = (id: string, ending: AbortController, closing: AbortSignal) => Promise<void>;

interface Running {
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** Runs at most so many builds at once, the others wait in the order of their start, until their queue time-out. */
export class Queue {
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #run: RunOne;
  readonly #concurrency: number;
  readonly #waiting = new Map<string, Timer>();
  readonly #running = new Map<string, Running>();
  readonly #closing = new AbortController();
  #open = false;

  constructor(records: Records, clock: Clock, concurrency: number, run: RunOne) {
    this.#records = records;
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#run = run;
  }

  /** Lets builds run; until then they only wait. */
  open(): void {
    this.#open = true;
    this.#fill();
  }

  add({ id, startTime, definition }: Build): void {
    if (this.#waiting.has(id)) return;
    const deadline = startTime + definition.queuedTimeoutInMinutes * 60_000;
    this.#waiting.set(
      id,
      this.#clock.at(deadline, () => this.#timeOut(id)),
    );
    this.#fill();
  }

  /** Ends a build: at once when it waits; else its processes are told, and the answer is the build as it stands. */
  stop(id: string): Build {
    const build = this.#records.change(id, (build, now) => {
      if (isOver(build)) return build;
      return currentPhase(build).type === 'QUEUED'
        ? complete(build, 'STOPPED', [], now)
        : { ...build, stopRequested: true };
    });
    if (isOver(build)) this.#leave(id);
    else this.#running.get(id)?.ending.abort('STOPPED' satisfies EndReason);
    return build;
  }

  /** Ends what runs and waits for it; builds in the queue stay there. */
  async close(): Promise<void> {
    this.#open = false;
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
    for (const { ending } of this.#running.values()) ending.abort('CLOSED' satisfies EndReason);
    this.#closing.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #fill(): void {
    for (const id of this.#waiting.keys()) {
      if (!this.#open || this.#running.size >= this.#concurrency) return;
      this.#leave(id);
      const ending = new AbortController();
      // In a later turn: StartBuild's answer shows the build in the queue.
      const done = Promise.resolve()
        .then(() => this.#run(id, ending, this.#closing.signal))
        .finally(() => {
          this.#running.delete(id);
          this.#fill();
        });
      this.#running.set(id, { ending, done });
    }
  }

  #timeOut(id: string): void {
    this.#leave(id);
    const context = { statusCode: 'BUILD_TIMED_OUT', message: 'Build timed out while it waited in the queue.' };
    this.#records.change(id, (build, now) => complete(build, 'TIMED_OUT', [context], now));
  }

  #leave(id: string): void {
    this.#waiting.get(id)?.cancel();
    this.#waiting.delete(id);
  }
}
