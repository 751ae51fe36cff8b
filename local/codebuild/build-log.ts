import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../clock.ts';
import type { Ports } from '../ports.ts';
import { masking } from './mask.ts';

/** CloudWatch Logs takes 256 KB an event; characters may have four bytes. */
const LONGEST_LINE = 60_000;

/** The log of a build: its own lines as CodeBuild writes them, and the commands' output line by line as it comes, secrets masked in both. */
export class BuildLog {
  readonly #write: (lines: readonly { time: number; message: string }[]) => void;
  readonly #clock: Clock;
  readonly #decoder = new StringDecoder('utf8');
  #mask = masking([]);
  #partial = '';

  constructor(
    log: Ports['log'],
    clock: Clock,
    { groupName, streamName, enabled }: { groupName: string; streamName: string; enabled: boolean },
  ) {
    this.#clock = clock;
    this.#write = (lines) => {
      if (enabled && lines.length > 0) log(groupName, streamName, lines);
    };
  }

  /** From now on these values are masked, and no others. */
  hide(secrets: readonly string[]): void {
    this.#mask = masking(secrets);
  }

  mask(text: string): string {
    return this.#mask.hide(text);
  }

  /** A line of the runner's own, with CodeBuild's prefix and time. */
  say(text: string): void {
    this.flush();
    const now = this.#clock.now();
    this.#put(`[Container] ${logTime(now)} ${this.#mask.hide(text)}`.split('\n'));
  }

  /** Output of a command; its last line is kept until it is whole or `flush` is called. */
  output(chunk: Buffer): void {
    const lines = (this.#partial + this.#decoder.write(chunk)).split(/\r?\n/);
    this.#partial = lines.pop() ?? '';
    this.#lines(lines);
    if (this.#partial.length > 2 * LONGEST_LINE) {
      const cut = this.#mask.cut(this.#partial) || this.#partial.length;
      this.#lines([this.#partial.slice(0, cut)]);
      this.#partial = this.#partial.slice(cut);
    }
  }

  /** Writes a last line that has no end. */
  flush(): void {
    if (this.#partial !== '') this.#lines([this.#partial]);
    this.#partial = '';
  }

  #lines(lines: readonly string[]): void {
    this.#put(lines.map((line) => this.#mask.hide(line)));
  }

  #put(lines: readonly string[]): void {
    const time = this.#clock.now();
    this.#write(lines.flatMap(pieces).map((message) => ({ time, message })));
  }
}

function pieces(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  return Array.from({ length: Math.ceil(line.length / LONGEST_LINE) }, (_, index) =>
    line.slice(index * LONGEST_LINE, (index + 1) * LONGEST_LINE),
  );
}

/** `2024/08/03 05:12:48.191000`, UTC. */
function logTime(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split('T');
  return `${date.replaceAll('-', '/')} ${clock.slice(0, -1)}000`;
}
