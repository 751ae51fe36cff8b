import { setTimeout } from 'node:timers';

/** A line on its way into a stream. */
export interface Line {
  readonly group: string;
  readonly stream: string;
  readonly time: number;
  readonly message: string;
}

/** How long a line waits for others, in milliseconds. */
const LONGEST_WAIT = 50;
const MOST_LINES = 5000;

/**
 * Gathers lines so that many are written with one commit. A kill -9 loses the lines of the last 50 ms: of logs, and only of these,
 * that is accepted. The wait is by the machine's clock, for the stack's may stand still.
 */
export class LineBuffer {
  readonly #write: (lines: readonly Line[]) => void;
  #lines: Line[] = [];
  #timeout: NodeJS.Timeout | undefined;

  constructor(write: (lines: readonly Line[]) => void) {
    this.#write = write;
  }

  add(lines: readonly Line[]): void {
    this.#lines.push(...lines);
    if (this.#lines.length >= MOST_LINES) this.flush();
    else this.#timeout ??= setTimeout(() => this.flush(), LONGEST_WAIT);
  }

  /** Writes what was gathered. */
  flush(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    this.#write(lines);
  }
}
