import { S3Error } from './errors.ts';

const LONGEST_LINE = 16 * 1024;

/**
 * Takes the `aws-chunked` coding off a body as it streams; `trailers` is filled (lower-case names) once the last chunk was read.
 * Chunk signatures are read over: only the holder of the caller's secret, the gateway, could verify them.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const source = new Source(body);
  try {
    for (;;) {
      const size = chunkSize(await source.line());
      if (size === 0) break;
      yield* source.take(size);
      if ((await source.line()) !== '') throw incomplete('A chunk is longer than its header says.');
    }
    for (let line = await source.lastLine(); line; line = await source.lastLine()) {
      const colon = line.indexOf(':');
      if (colon < 1)
        throw new S3Error('MalformedTrailerError', 'The request contained trailing data that was not well-formed.');
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  } finally {
    await source.leave();
  }
}

function chunkSize(line: string): number {
  const match = /^([0-9a-f]{1,12})(?:;.*)?$/i.exec(line);
  if (!match?.[1]) throw incomplete('A chunk has no valid header.');
  return Number.parseInt(match[1], 16);
}

function incomplete(message: string): S3Error {
  return new S3Error('IncompleteBody', `The request body is not valid aws-chunked data. ${message}`);
}

/** Reads lines and runs of bytes from chunks that are cut anywhere. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Buffer>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** Reads no more: who comes after can read the rest of the body. */
  async leave(): Promise<void> {
    await this.#chunks.return?.();
  }

  async line(): Promise<string> {
    const line = await this.lastLine();
    if (line === undefined) throw incomplete('It ends too early.');
    return line;
  }

  /** As `line`, or undefined at the end of the body. */
  async lastLine(): Promise<string | undefined> {
    let end = this.#rest.indexOf('\r\n');
    while (end < 0) {
      if (this.#rest.length > LONGEST_LINE) throw incomplete('A line is too long.');
      const { value, done } = await this.#chunks.next();
      if (done) {
        if (this.#rest.length > 0) throw incomplete('It ends within a line.');
        return undefined;
      }
      this.#rest = Buffer.concat([this.#rest, value]);
      end = this.#rest.indexOf('\r\n');
    }
    const line = this.#rest.toString('latin1', 0, end);
    this.#rest = this.#rest.subarray(end + 2);
    return line;
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    let left = size;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) throw incomplete('It ends within a chunk.');
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
