import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TurnableClock } from '../../../local/clock.ts';
import type { ServiceRequest } from '../../../local/service.ts';
import { openSqs, type SqsService } from '../../../local/sqs/sqs.ts';

/** Where a test's clock stands. */
export const NOON = Date.parse('2026-11-22T12:30:00Z');

/** SQS over HTTP with nothing verified, a client of it, and a clock that stands. */
export class Stage {
  readonly clock = new TurnableClock();
  readonly dir = mkdtempSync(join(tmpdir(), 'sqs-'));
  readonly client: SQSClient;
  readonly endpoint: string;
  sqs: SqsService;
  readonly #server: ReturnType<typeof createServer>;

  static async open(): Promise<Stage> {
    const server = createServer({ keepAliveTimeout: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Stage(server);
  }

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.clock.standAt(NOON);
    this.sqs = this.reopen();
    this.client = new SQSClient({
      endpoint: this.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    server.on('request', async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.endpoint);
      const asked: ServiceRequest = {
        method: request.method ?? 'POST',
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body: request,
        caller: { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' },
        requestId: '11111111-2222-4333-8444-555555555555',
      };
      const answer = await this.sqs.handle(asked);
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
  }

  /** Opens SQS again over the same folder, as after a crash: the instance before is not closed. */
  reopen(): SqsService {
    const names = { account: '000000000000', region: 'eu-central-1', partition: 'aws' };
    this.sqs = openSqs({ ...names, endpoint: this.endpoint, dir: this.dir, clock: this.clock });
    return this.sqs;
  }

  /** Makes a queue of the template. Answers its URL. */
  async queue(name: string, properties: object = {}): Promise<string> {
    const resource = { logicalId: name, name, type: 'AWS::SQS::Queue', properties };
    const values = await this.sqs.resources['AWS::SQS::Queue']?.(resource);
    return values?.ref ?? '';
  }

  arn(name: string): string {
    return `arn:aws:sqs:eu-central-1:000000000000:${name}`;
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.sqs.close();
    this.clock.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.dir, { recursive: true, force: true });
  }
}
