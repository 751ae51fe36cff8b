/** A timer that can be taken back. */
export interface Timer {
  cancel(): void;
}

/** The one clock of the stack: every wait, time-out and schedule goes through it. Times are milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls back once `now()` has reached `time`; at the next turn when it already has. Does not keep the process alive. */
  at(time: number, callback: () => void): Timer;
  /**
   * What sandboxes (worker threads) read to have the same time: [0] is 1 while the clock stands still, [1] the time at which
   * it stands, or milliseconds to add to the machine's clock while it goes.
   */
  readonly shared: Float64Array<SharedArrayBuffer>;
}

interface Waiting {
  readonly time: number;
  readonly callback: () => void;
}

const LONGEST_TIMEOUT = 2_000_000_000;

/** A clock that goes with the machine's, until it is turned: then it goes on from there, or stands still. */
export class TurnableClock implements Clock {
  readonly shared = new Float64Array(new SharedArrayBuffer(16));
  readonly #waiting = new Set<Waiting>();
  #timeout: NodeJS.Timeout | undefined;

  /** `offset`: milliseconds ahead of the machine's clock. */
  constructor(offset = 0) {
    this.shared[1] = offset;
  }

  now(): number {
    const value = this.shared[1] ?? 0;
    return this.shared[0] === 1 ? value : Date.now() + value;
  }

  at(time: number, callback: () => void): Timer {
    const waiting: Waiting = { time, callback };
    this.#waiting.add(waiting);
    this.#arm();
    return {
      cancel: () => {
        this.#waiting.delete(waiting);
      },
    };
  }

  /** Stops the clock at `time`; what was due by then is called back, in order. */
  standAt(time: number): void {
    this.shared[1] = time;
    this.shared[0] = 1;
    this.#arm();
  }

  /** Turns the clock on by `milliseconds`; a clock that stands goes on standing. */
  turn(milliseconds: number): void {
    this.shared[1] = (this.shared[1] ?? 0) + milliseconds;
    this.#arm();
  }

  /** Lets a standing clock go again from where it stands. */
  go(): void {
    if (this.shared[0] !== 1) return;
    this.shared[1] = (this.shared[1] ?? 0) - Date.now();
    this.shared[0] = 0;
    this.#arm();
  }

  /** Milliseconds ahead of the machine's clock: what a later stack over the same folder starts with. */
  get offset(): number {
    return this.now() - Date.now();
  }

  close(): void {
    this.#waiting.clear();
    clearTimeout(this.#timeout);
  }

  #arm(): void {
    clearTimeout(this.#timeout);
    if (this.#waiting.size === 0) return;
    const next = Math.min(...[...this.#waiting].map(({ time }) => time));
    const delay = Math.max(0, next - this.now());
    if (delay > 0 && this.shared[0] === 1) return;
    this.#timeout = setTimeout(() => this.#fire(), Math.min(delay, LONGEST_TIMEOUT));
    this.#timeout.unref();
  }

  #fire(): void {
    const now = this.now();
    const due = [...this.#waiting].filter(({ time }) => time <= now).sort((a, b) => a.time - b.time);
    for (const waiting of due) {
      this.#waiting.delete(waiting);
      waiting.callback();
    }
    this.#arm();
  }
}
