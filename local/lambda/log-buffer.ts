import type { Ports, Sender } from '../ports.ts';

interface Line {
  readonly time: number;
  readonly message: string;
}

interface Stream {
  readonly group: string;
  readonly stream: string;
  readonly lines: Line[];
  readonly by: Sender;
}

const FULL = 2_000;
const PAUSE = 100;

/**
 * Gathers the log lines of all sandboxes and hands them on in batches: at the latest after 100 ms, so that an invocation does not
 * wait for its log to be stored. Real time, because a clock that stands must not keep lines back.
 */
export class LogBuffer {
  readonly #write: Ports['log'];
  #streams = new Map<string, Stream>();
  #count = 0;
  #timeout: NodeJS.Timeout | undefined;

  constructor(write: Ports['log']) {
    this.#write = write;
  }

  add(group: string, stream: string, { time, message }: Line, by: Sender): void {
    const key = `${group}\n${stream}`;
    let entry = this.#streams.get(key);
    if (entry === undefined) {
      entry = { group, stream, lines: [], by };
      this.#streams.set(key, entry);
    }
    entry.lines.push({ time, message });
    this.#count += 1;
    if (this.#count >= FULL) this.flush();
    else this.#timeout ??= setTimeout(() => this.flush(), PAUSE);
  }

  flush(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    const streams = this.#streams;
    this.#streams = new Map();
    this.#count = 0;
    for (const { group, stream, lines, by } of streams.values()) this.#write(group, stream, lines, by);
  }
}
