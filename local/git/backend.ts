import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingHttpHeaders } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ServiceResponse } from '../service.ts';
import { gitEnvironment } from './run.ts';

/** A request to a repository that is there. `service` is the half of the protocol it belongs to. */
export interface BackendRequest {
  readonly method: string;
  /** `/owner/name.git/…`, checked. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

export interface Backend {
  readonly root: string;
  /** Further settings and variables of the environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Awaited after git has ended and before the answer does. */
  readonly ended: () => Promise<void>;
  /** Told of the process, and of the promise that it and `ended` are over. */
  readonly started: (child: ChildProcess, over: Promise<void>) => void;
}

const MOST_HEADER_BYTES = 64 * 1024;

/**
 * Serves a request by `git http-backend` as a CGI program (RFC 3875), both bodies streamed. A client that goes away ends a fetch;
 * a push that git has read goes on to its end.
 */
export async function runBackend(request: BackendRequest, backend: Backend): Promise<ServiceResponse> {
  const child = spawn('git', ['http-backend'], {
    env: { ...gitEnvironment(backend.settings), ...backend.variables, ...cgiVariables(request, backend.root) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  // git may end without having read all (it refuses the push): its answer says why.
  pipeline(request.body, child.stdin).catch(() => child.stdin.destroy());
  const settled = exited.then(backend.ended);
  settled.catch(() => undefined);
  backend.started(child, settled);
  const head = await readHead(child.stdout);
  if (head === undefined) {
    await settled;
    return { status: 500, headers: { 'content-type': 'text/plain' }, body: 'git http-backend gave no answer.\n' };
  }
  const body = new PassThrough();
  void forward(child.stdout, body, settled);
  body.once('close', () => {
    if (!request.path.endsWith('/git-receive-pack')) child.kill();
    child.stdout.resume();
  });
  const { status: line = '200', ...headers } = head;
  return { status: Number.parseInt(line, 10), headers, body };
}

async function forward(from: Readable, to: PassThrough, settled: Promise<void>): Promise<void> {
  try {
    from.pipe(to, { end: false });
    await Promise.all([finished(from), settled]);
    to.end();
  } catch (error) {
    to.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function cgiVariables({ method, path, query, headers }: BackendRequest, root: string): Record<string, string> {
  const { 'content-type': type = '', 'content-length': length = '' } = headers;
  const { 'content-encoding': encoding, 'git-protocol': protocol } = headers;
  return {
    GATEWAY_INTERFACE: 'CGI/1.1',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: method,
    PATH_INFO: path,
    QUERY_STRING: query,
    CONTENT_TYPE: type,
    CONTENT_LENGTH: length,
    REMOTE_ADDR: '127.0.0.1',
    ...(encoding !== undefined && { HTTP_CONTENT_ENCODING: encoding }),
    ...(typeof protocol === 'string' && /^[\w.:=,-]{1,200}$/.test(protocol) && { GIT_PROTOCOL: protocol }),
  };
}

/** The CGI header, names in lower case; what follows stays in the stream. undefined when the program ends without one. */
async function readHead(stream: Readable): Promise<Record<string, string> | undefined> {
  let read = Buffer.alloc(0);
  while (read.length < MOST_HEADER_BYTES) {
    const chunk: Buffer | null = stream.read();
    if (chunk === null) {
      if (stream.readableEnded || stream.destroyed) return undefined;
      await new Promise<void>((resolve) => {
        stream.once('readable', resolve).once('end', resolve).once('close', resolve);
      });
      continue;
    }
    read = Buffer.concat([read, chunk]);
    const [mark] = /\r?\n\r?\n/.exec(read.toString('latin1')) ?? [];
    if (mark === undefined) continue;
    const end = read.indexOf(mark, 0, 'latin1');
    const rest = read.subarray(end + mark.length);
    if (rest.length > 0) stream.unshift(rest);
    const lines = read.subarray(0, end).toString('latin1').split(/\r?\n/);
    return Object.fromEntries(
      lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]),
    );
  }
  return undefined;
}
