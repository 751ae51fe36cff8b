import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type ApiGateway, type ApiRequest, openApiGateway } from '../../../local/api-gateway/api-gateway.ts';
import type { HttpEvent } from '../../../local/api-gateway/event.ts';
import { TurnableClock } from '../../../local/clock.ts';
import type { Invoked, Ports } from '../../../local/ports.ts';
import type { Caller, ResourceValues, StackContext } from '../../../local/service.ts';

export const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:greet';
export const root: Caller = { arn: 'arn:aws:iam::123456789012:root', account: '123456789012', accessKeyId: 'AKIAROOT' };

type Handler = (event: HttpEvent) => unknown;

/** An API with the given routes, all of them to one function, on a clock that stands. */
export class Stack {
  readonly clock = new TurnableClock();
  readonly events: HttpEvent[] = [];
  readonly lines: { group: string; stream: string; message: string }[] = [];
  readonly context: StackContext;
  readonly gateway: ApiGateway;
  /** What the function returns. */
  handler: Handler = () => ({ statusCode: 200, body: 'ok' });
  /** What the port answers, when the function should not be asked. */
  invoke: Ports['invoke'] | undefined;

  constructor(endpoint = 'http://127.0.0.1:4566') {
    this.clock.standAt(Date.UTC(2026, 10, 3, 4, 5, 6, 789));
    this.context = {
      account: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
      endpoint,
      dir: '/nowhere',
      clock: this.clock,
    };
    this.gateway = openApiGateway(this.context, {
      invoke: (arn, payload, by) => this.invoke?.(arn, payload, by) ?? this.#run(payload),
      log: (group, stream, lines) => this.lines.push(...lines.map(({ message }) => ({ group, stream, message }))),
    });
  }

  async make(type: string, logicalId: string, properties: object): Promise<ResourceValues> {
    const handler = this.gateway.resources[`AWS::ApiGatewayV2::${type}`];
    if (handler === undefined) throw new Error(`no ${type}`);
    return handler({ type: `AWS::ApiGatewayV2::${type}`, logicalId, name: `demo-${logicalId}-1`, properties });
  }

  /** An API, its stage and its routes; `[key, type]` names a route's authorization. */
  async api(
    routes: readonly (string | readonly [string, string])[],
    { api = {}, stage = {}, integration = {} } = {},
  ): Promise<string> {
    const { ref: ApiId } = await this.make('Api', 'Api', { Name: 'demo', ProtocolType: 'HTTP', ...api });
    await this.make('Stage', 'Stage', { ApiId, StageName: '$default', AutoDeploy: true, ...stage });
    const uri = { IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn, PayloadFormatVersion: '2.0' };
    const { ref } = await this.make('Integration', 'Greet', { ApiId, ...uri, ...integration });
    for (const [index, route] of routes.entries()) {
      const [RouteKey, AuthorizationType] = typeof route === 'string' ? [route, 'NONE'] : route;
      await this.make('Route', `Route${index}`, { ApiId, RouteKey, AuthorizationType, Target: `integrations/${ref}` });
    }
    return ApiId;
  }

  /** Sends a request past HTTP. */
  async request(method: string, path: string, given: Partial<ApiRequest> & { text?: string } = {}) {
    const [before = '', query = ''] = path.split('?');
    const body = Readable.from(given.text === undefined ? [] : [Buffer.from(given.text)]);
    const request = { method, path: before, query, headers: {}, body, sourceIp: '192.0.2.7', ...given };
    const response = await this.gateway.serve(request);
    return { ...response, text: String(response.body) };
  }

  get event(): HttpEvent {
    const event = this.events.at(-1);
    if (event === undefined) throw new Error('The function was not invoked.');
    return event;
  }

  async #run(payload: string): Promise<Invoked> {
    const event = JSON.parse(payload) as HttpEvent;
    this.events.push(event);
    return { payload: JSON.stringify(await this.handler(event)) ?? 'null' };
  }
}

/** Serves a stack's API over HTTP; a request with an Authorization header counts as signed by the root user. */
export async function listen(stack: Stack) {
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const { method = '', headers } = request;
    const caller = headers.authorization === undefined ? {} : { caller: root };
    const answer = await stack.gateway.serve({
      method,
      path,
      query,
      headers,
      body: request,
      sourceIp: '127.0.0.1',
      ...caller,
    });
    response.writeHead(answer.status, { ...answer.headers, 'set-cookie': [...answer.cookies] });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
}

/** A request over HTTP that sends its path as it is given, which `fetch` does not. */
export function over(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string | string[]> = {},
  body?: Buffer | string,
) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: IncomingHttpHeaders;
    body: Buffer;
  }>();
  const sent = send({ host: '127.0.0.1', port, method, path, headers }, async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
