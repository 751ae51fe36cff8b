import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type Console, openConsole } from '../../console/console.ts';
import { Logs } from './logs.ts';
import { NOW } from './scenarios.ts';
import { openStandIn, type StandIn, type Told } from './stand-in.ts';

/** A console over a stand-in of the API, and what it was given. */
export interface Bench {
  readonly api: StandIn;
  readonly logs: Logs;
  readonly console: Console;
  /** The time by which the console tells durations. */
  now: number;
  tell(...pipelines: readonly Told[]): void;
  get(path: string, query?: string): Promise<Answer>;
  request(method: string, path: string, query?: string): Promise<Answer>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function openBench(site?: (pipeline: string) => string | undefined): Promise<Bench> {
  const api = await openStandIn();
  const logs = new Logs();
  const console = openConsole({
    endpoint: api.endpoint,
    region: 'us-east-1',
    readLog: logs.read,
    now: () => bench.now,
    ...(site ? { site } : {}),
  });
  const bench: Bench = {
    api,
    logs,
    console,
    now: NOW,
    tell: (...pipelines) => {
      for (const told of pipelines) api.pipelines.set(told.declaration.name ?? '', told);
    },
    get: (path, query) => bench.request('GET', path, query),
    request: async (method, path, query = '') => {
      const response = await console.serve({ method, path, query, headers: {}, body: Readable.from([]) });
      return { status: response.status, headers: response.headers ?? {}, body: String(response.body ?? '') };
    },
    close: () => {
      console.close();
      return api.close();
    },
  };
  return bench;
}

/** Serves the console below `/pipelines` on a port of its own, as the gateway does. */
export async function serveOverHttp(console: Console): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    if (!path.startsWith('/pipelines')) {
      response.writeHead(404).end();
      return;
    }
    const asked = { method: request.method ?? '', path: path.slice('/pipelines'.length), query };
    void console.serve({ ...asked, headers: request.headers, body: request }).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
