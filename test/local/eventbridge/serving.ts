import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TurnableClock } from '../../../local/clock.ts';
import type { Service, ServiceResponse, StackContext } from '../../../local/service.ts';

/** 2026-03-02T08:15:04Z: where the clocks of these tests stand. */
export const START = Date.UTC(2026, 2, 2, 8, 15, 4);

/** A stack context over a fresh folder, with a clock that stands. */
export function newContext(): StackContext & { clock: TurnableClock } {
  const clock = new TurnableClock();
  clock.standAt(START);
  const dir = mkdtempSync(join(tmpdir(), 'sluice-'));
  return { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: 'http://127.0.0.1:1', dir, clock };
}

/** Serves a service on a free port of the loopback interface; verifies nothing. */
export async function serve(handle: Service['handle']): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };
    const { method = 'GET', headers } = request;
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const asked = { method, path, query: url.searchParams, headers, body: request, caller, requestId: 'request-1' };
    handle(asked).then(
      (answer) => send(answer),
      (error: Error) => send({ status: 500, body: error.stack ?? error.message }),
    );
    function send({ status, headers: sent, body }: ServiceResponse) {
      response.writeHead(status, sent);
      if (body instanceof Readable) body.pipe(response);
      else response.end(body);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${port}`, close };
}

/** What an SDK client of these tests is made with. */
export const client = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

/** Ports that write down what they are asked for, and fail as long as `failing` says so. */
export function recordingPorts() {
  const sent: { to: string; body: string; extra?: unknown }[] = [];
  const failing = new Map<string, Error>();
  const note = (to: string, body: string, extra?: unknown) => {
    const error = failing.get(to);
    if (error !== undefined) throw error;
    sent.push({ to, body, ...(extra !== undefined && { extra }) });
  };
  return {
    sent,
    failing,
    invokeLater: async (arn: string, payload: string) => note(arn, payload),
    startExecution: async (arn: string, name: string | undefined, input: string) => {
      note(arn, input, name);
      return { executionArn: `${arn}:${name}` };
    },
    sendMessage: (arn: string, body: string, attributes?: Readonly<Record<string, string>>) =>
      note(arn, body, attributes),
    publish: (arn: string, message: string, subject?: string) => note(arn, message, subject),
  };
}

/** An error as a service answers with it. */
export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

/** Waits, at most a few seconds, until `done` holds; the clock of the stack plays no part. */
export async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!done()) throw new Error('What was waited for did not happen.');
}

/** Lets everything that is due happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Removes a context's folder. */
export function discard({ dir, clock }: { dir: string; clock: TurnableClock }): void {
  clock.close();
  rmSync(dir, { recursive: true, force: true });
}
