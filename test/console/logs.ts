import type { ReadLog } from '../../console/build-log.ts';
import { NOW } from './scenarios.ts';

/** Log streams in memory. As in the local stack indexes grow over all streams, so that those of one stream have gaps. */
export class Logs {
  readonly #streams = new Map<string, { index: number; time: number; message: string }[]>();
  #index = 0;
  /** Calls of `read`. */
  reads = 0;

  write(group: string, stream: string, ...messages: readonly string[]): void {
    const name = `${group}:${stream}`;
    const lines = this.#streams.get(name) ?? [];
    for (const message of messages) lines.push({ index: ++this.#index, time: NOW - 60_000 + this.#index, message });
    this.#streams.set(name, lines);
  }

  /** Lines that other streams got meanwhile. */
  skip(count: number): void {
    this.#index += count;
  }

  readonly read: ReadLog = (group, stream, after, limit) => {
    this.reads++;
    const lines = this.#streams.get(`${group}:${stream}`) ?? [];
    const start = lines.findIndex(({ index }) => index > after);
    return { events: start < 0 ? [] : lines.slice(start, start + limit) };
  };
}

/** A build's log as CodeBuild writes it. */
export function buildLines(count: number): readonly string[] {
  const lines = [
    '[Container] 2026/11/21 06:28:57.191000 Phase is DOWNLOAD_SOURCE',
    '[Container] 2026/11/21 06:28:57.402000 Entering phase BUILD',
    '[Container] 2026/11/21 06:28:57.403000 Running command npm test',
    '\u001b[32m✓\u001b[39m opening-hours.test.ts \u001b[2m(12 tests)\u001b[22m 48ms',
    '\u001b[31m✗\u001b[39m landing-page.test.ts > shows the opening hours on a Sunday',
    '  AssertionError: expected "closed" to be "10:00–16:00"',
    '',
  ];
  return Array.from({ length: count }, (_, index) => lines[index % lines.length] ?? '');
}
