import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { TurnableClock } from '../../../local/clock.ts';
import type { BusEvent } from '../../../local/ports.ts';
import { openS3, type S3Service } from '../../../local/s3/s3.ts';
import type { ServiceResponse } from '../../../local/service.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'eu-west-1';

/** S3 over a folder, behind a server that verifies nothing. */
export interface Stage {
  readonly service: S3Service;
  readonly client: S3Client;
  readonly clock: TurnableClock;
  readonly endpoint: string;
  readonly dir: string;
  readonly events: BusEvent[];
  /** Faults that an operation threw instead of answering. */
  readonly faults: unknown[];
  close(): Promise<void>;
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 's3-'));
}

export function removeFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

/** Names of the files that hold bytes, and of those that are being written. */
export function filesIn(dir: string): readonly string[] {
  const entries = readdirSync(join(dir, 's3'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('s3.db')).map(({ name }) => name);
}

/** Opens S3 and a server before it. `started`: whether its events may leave at once. */
export async function openStage(dir: string, options: { started?: boolean } = {}): Promise<Stage> {
  const clock = new TurnableClock();
  const events: BusEvent[] = [];
  const faults: unknown[] = [];
  const server = createServer({ keepAliveTimeout: 0 });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = { account: ACCOUNT, region: REGION, partition: 'aws', endpoint, dir, clock };
  const service = openS3(context, { emit: (event) => void events.push(event) });
  serve(server, service, faults);
  if (options.started ?? true) await service.start?.();
  const client = new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    service,
    client,
    clock,
    endpoint,
    dir,
    events,
    faults,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      clock.close();
      await service.close();
    },
  };
}

function serve(server: Server, service: S3Service, faults: unknown[]): void {
  const caller = { arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT, accessKeyId: 'local' };
  server.on('request', async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    let response: ServiceResponse;
    try {
      response = path.startsWith('/sites/')
        ? await service.website({ method, path: path.slice('/sites'.length), headers })
        : await service.handle({
            method,
            path,
            query: new URLSearchParams(query),
            headers,
            body: incoming,
            caller,
            requestId: randomUUID(),
          });
    } catch (fault) {
      faults.push(fault);
      response = { status: 500 };
    }
    outgoing.writeHead(response.status, response.headers);
    if (response.body instanceof Readable) await pipeline(response.body, outgoing).catch(() => outgoing.destroy());
    else outgoing.end(response.body);
    // As the gateway does.
    incoming.unpipe();
    incoming.resume();
  });
}

/** The name of the error that a call is refused with; fails when it is not refused. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as Error).name;
  }
  throw new Error('The call was not refused.');
}
