import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TurnableClock } from '../../../local/clock.ts';
import { type LambdaService, openLambda } from '../../../local/lambda/lambda.ts';
import type { Ports, StreamRecord } from '../../../local/ports.ts';
import type { FunctionEvent } from '../../../local/recorder.ts';
import type { StackContext } from '../../../local/service.ts';

/** Half past twelve on a Sunday, where a test's clock stands. */
export const NOON = Date.parse('2026-11-22T12:30:00Z');
export const ROLE = 'arn:aws:iam::000000000000:role/sluice/worker';
export const STREAM = 'arn:aws:dynamodb:eu-central-1:000000000000:table/Runs/stream/2026-11-22T00:00:00.000';

interface Sent {
  readonly arn: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The rest of a stack: what Lambda asks of other services, kept in memory. */
export class Surroundings {
  readonly clock = new TurnableClock();
  readonly dir: string;
  readonly lines: { group: string; stream: string; time: number; message: string }[] = [];
  readonly messages: Sent[] = [];
  readonly published: { topicArn: string; message: string }[] = [];
  readonly objects: { bucket: string; key: string; body: string }[] = [];
  readonly assumed: { roleArn: string; sessionName: string; seconds: number }[] = [];
  readonly stream: StreamRecord[] = [];
  readonly services: LambdaService[] = [];
  /** What the stack's recorder was told. */
  readonly recorded: FunctionEvent[] = [];
  /** The sequence number after which the stream was last read: all up to it has been done. */
  doneThrough = 0;
  /** Set to have deliveries to queues and buckets fail. */
  unreachable = false;
  /** Set to have the stream fail to be read. */
  unreadable = false;
  #listeners: (() => void)[] = [];

  /** Over a folder of its own, or over another's. */
  constructor(dir = mkdtempSync(join(tmpdir(), 'lambda-'))) {
    this.dir = dir;
    this.clock.standAt(NOON);
  }

  get context(): StackContext {
    const { clock, dir } = this;
    const names = { account: '000000000000', region: 'eu-central-1', partition: 'aws' };
    return { ...names, endpoint: 'http://127.0.0.1:4566', dir: join(dir, 'state'), clock };
  }

  /** Opens Lambda over the same folder every time. */
  open({ sandboxes = 4 } = {}): LambdaService {
    const recorder = {
      call: () => undefined,
      access: () => undefined,
      event: (event: FunctionEvent) => void this.recorded.push(event),
    };
    const service = openLambda(this.context, this.#ports(), {
      root: this.dir,
      sandboxes,
      compiled: join(this.dir, 'compiled'),
      recorder,
    });
    this.services.push(service);
    return service;
  }

  /** Writes a function's bundle; answers the folder as the template names it. */
  bundle(name: string, source: string, { modified }: { modified?: number } = {}): string {
    mkdirSync(join(this.dir, name), { recursive: true });
    const file = join(this.dir, name, 'index.mjs');
    writeFileSync(file, source);
    if (modified !== undefined) utimesSync(file, modified / 1000, modified / 1000);
    return name;
  }

  /** Writes a bundle and makes its function. Answers its ARN. */
  async make(lambda: LambdaService, name: string, source: string, properties: object = {}): Promise<string> {
    const values = await lambda.resources['AWS::Lambda::Function']?.({
      logicalId: name,
      name,
      type: 'AWS::Lambda::Function',
      properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Timeout: 20,
        Code: { Local: this.bundle(name, source) },
        ...properties,
      },
    });
    return values?.attributes['Arn'] ?? '';
  }

  /** Makes another resource of Lambda's. */
  async add(lambda: LambdaService, type: string, logicalId: string, properties: object) {
    return lambda.resources[type]?.({ logicalId, name: `stack-${logicalId}`, type, properties });
  }

  /** Adds a record to the stream; numbers and times go up. */
  record(id: string, { age = 0 } = {}): void {
    const sequence = this.stream.length + 1;
    const created = Math.floor((this.clock.now() - age) / 1000);
    this.stream.push({
      sequence,
      record: {
        eventID: id,
        eventName: 'INSERT',
        dynamodb: {
          Keys: { id: { S: id } },
          SequenceNumber: String(sequence).padStart(21, '0'),
          ApproximateCreationDateTime: created,
        },
      },
    });
    for (const listener of this.#listeners) listener();
  }

  async close(): Promise<void> {
    for (const service of this.services.splice(0)) await service.close();
    this.clock.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #ports(): Parameters<typeof openLambda>[1] {
    const ports: Pick<
      Ports,
      'assumeRole' | 'invokeLater' | 'readStream' | 'onStream' | 'sendMessage' | 'publish' | 'putObject' | 'log'
    > = {
      assumeRole: (roleArn, sessionName, seconds) => {
        this.assumed.push({ roleArn, sessionName, seconds });
        const expiration = this.clock.now() + seconds * 1000;
        const number = this.assumed.length;
        return { accessKeyId: `ASIA${number}`, secretAccessKey: 'secret', sessionToken: 'token', expiration };
      },
      invokeLater: async (arn, payload) => {
        for (const service of this.services) await service.invokeLater(arn, payload);
      },
      readStream: (arn, after, limit) => {
        if (this.unreadable) throw new Error(`${arn} is gone.`);
        this.doneThrough = after;
        return this.stream.filter(({ sequence }) => sequence > after).slice(0, limit);
      },
      onStream: (_arn, listener) => {
        this.#listeners.push(listener);
      },
      sendMessage: (arn, body, attributes) => {
        this.#requireReachable();
        this.messages.push({ arn, body, ...(attributes === undefined ? {} : { attributes }) });
      },
      publish: (topicArn, message) => {
        this.published.push({ topicArn, message });
      },
      putObject: async (bucket, key, body) => {
        this.#requireReachable();
        this.objects.push({ bucket, key, body });
      },
      log: (group, stream, lines) => {
        for (const line of lines) this.lines.push({ group, stream, ...line });
      },
    };
    return ports;
  }

  #requireReachable(): void {
    if (this.unreachable) throw new Error('The destination is gone.');
  }
}

/** Serves Lambda over HTTP as the gateway would, with nothing verified. Answers the address. */
export async function serve(lambda: LambdaService): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = await lambda.handle({
      method: request.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: request,
      caller: { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' },
      requestId: '11111111-2222-4333-8444-555555555555',
    });
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/2015-03-31`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The answer of a function, parsed. */
export async function call(lambda: LambdaService, arn: string, event: unknown = {}) {
  const { payload, functionError } = await lambda.invoke(arn, JSON.stringify(event));
  return { answer: JSON.parse(payload), functionError };
}
