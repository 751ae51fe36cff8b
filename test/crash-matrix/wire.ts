import http, { type IncomingHttpHeaders } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Readable, Writable } from 'node:stream';

/** A request of HTTP as it would have gone over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, with the query. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Answers a request, or rejects as a socket does that breaks. */
export type Wire = (request: WireRequest) => Promise<WireResponse>;

interface Options {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What an SDK's handler uses of a ClientRequest; nothing of it has to do with sockets. */
class Request extends Writable {
  readonly #options: Options;
  readonly #answered: (response: object) => void;
  readonly #wire: Wire;
  readonly #parts: Buffer[] = [];

  constructor(options: Options, answered: (response: object) => void, wire: Wire) {
    super();
    this.#options = options;
    this.#answered = answered;
    this.#wire = wire;
    if (lowered(options.headers)['expect'] !== undefined) process.nextTick(() => this.emit('continue'));
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#parts.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { method = 'GET', path = '/', headers } = this.#options;
    const request = { method, target: path, headers: lowered(headers), body: Buffer.concat(this.#parts) };
    this.#wire(request).then(
      ({ status, headers, body }) => {
        const stream = Readable.from(body.length > 0 ? [body] : []);
        this.#answered(Object.assign(stream, { statusCode: status, statusMessage: '', headers, httpVersion: '1.1' }));
      },
      // A request that was written whole is destroyed by then: it tells of an error only so.
      (error: Error) => this.emit('error', error),
    );
  }
}

/** From now on no request of this process leaves it: `wire` answers all that go to `http:` addresses. */
export function cutWires(wire: Wire): void {
  Object.assign(http, {
    request: (options: Options, answered: (response: object) => void) => new Request(options, answered, wire),
  });
  syncBuiltinESMExports();
}

function lowered(headers: Options['headers'] = {}): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
