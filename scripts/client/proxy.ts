import { type Protocol, protocolOf } from '../../functions/api/protocol.ts';
import { TurnableClock } from '../../local/clock.ts';
import { openGateway } from '../../local/gateway/gateway.ts';
import type { ApiRequest, FoundCredentials } from '../../local/gateway/options.ts';
import { readBody, ServiceError, type ServiceResponse } from '../../local/service.ts';
import type { Keys } from '../account/client-options.ts';
import { addressOf, sendSigned } from '../account/signed-post.ts';
import { pathOf } from './path-of.ts';

/** What a proxy needs to know. */
export interface ProxyOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The output ApiUrl of the stack. */
  readonly apiUrl: URL;
  readonly region: string;
  /** Asked at the start, and again as they may have changed. */
  readonly credentials: () => Promise<Keys>;
}

const target = /^CodePipeline_20150709\.([A-Za-z]+)$/;
const cborPath = /^\/service\/CodePipeline_20150709\/operation\/([A-Za-z]+)$/;
const bodyLimit = 4 * 1024 * 1024;
const passedOn = ['content-type', 'smithy-protocol', 'x-amzn-errortype', 'x-amzn-requestid'];
const refreshEvery = 30_000;

/**
 * Serves unchanged CodePipeline clients (JSON 1.1, CBOR) on 127.0.0.1: checks that a request is signed with the credentials that the proxy itself
 * has, so that nobody else on the machine can use them; then signs it for API Gateway, at the path by which IAM decides.
 */
export async function openProxy(options: ProxyOptions): Promise<{ port: number; close(): Promise<void> }> {
  let mine = await options.credentials();
  const clock = new TurnableClock();
  const refreshing = setInterval(() => {
    options.credentials().then(
      (found) => {
        mine = found;
      },
      (error: Error) => console.error(`The credentials could not be renewed: ${error.message}`),
    );
  }, refreshEvery);
  refreshing.unref();
  const gateway = await openGateway({
    port: options.port,
    clock,
    services: () => new Map(),
    credentials: { find: (accessKeyId) => found(mine, accessKeyId) },
    api: (request) => forward(request, mine, options),
    pages: [],
    // The API itself says who may do what.
    denialOf: () => undefined,
  });
  return {
    port: gateway.port,
    async close() {
      clearInterval(refreshing);
      clock.close();
      await gateway.close();
    },
  };
}

function found({ secretAccessKey, sessionToken, ...key }: Keys, accessKeyId: string): FoundCredentials | undefined {
  if (key.accessKeyId !== accessKeyId) return undefined;
  const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId };
  return { secretAccessKey, caller, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

async function forward(request: ApiRequest, mine: Keys, { apiUrl, region }: ProxyOptions): Promise<ServiceResponse> {
  if (request.caller === undefined)
    throw new ServiceError('MissingAuthenticationTokenException', 'The proxy takes signed requests only.', 403);
  const operation = operationOf(request);
  if (operation === undefined)
    throw new ServiceError(
      'UnknownOperationException',
      'The proxy takes CodePipeline over JSON 1.1 (POST / with X-Amz-Target) or CBOR. For other services call AWS itself.',
      404,
    );
  const protocol = request.headers['smithy-protocol'];
  const body = await readBody(request.body, bodyLimit);
  const input = inputOf(body, protocolOf({ 'smithy-protocol': String(protocol) }));
  const post = {
    url: addressOf(apiUrl, pathOf(operation, input)),
    region,
    keys: mine,
    headers: {
      'content-type': String(request.headers['content-type'] ?? 'application/x-amz-json-1.1'),
      ...(protocol === undefined ? {} : { 'smithy-protocol': String(protocol) }),
    },
    body,
  };
  const answer = await sendSigned(post).catch((cause: Error) => {
    throw new ServiceError('ServiceUnavailable', cause.message, 503);
  });
  const headers = passedOn.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: answer.status, headers: Object.fromEntries(headers), body: Buffer.from(await answer.arrayBuffer()) };
}

function operationOf({ method, path, headers }: ApiRequest): string | undefined {
  if (method !== 'POST') return undefined;
  return cborPath.exec(path)?.[1] ?? (path === '/' ? target.exec(String(headers['x-amz-target']))?.[1] : undefined);
}

function inputOf(body: Buffer, { read }: Protocol): Record<string, unknown> {
  try {
    const input = body.length === 0 ? {} : read(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  } catch {
    // Told below, as what is read but no object.
  }
  throw new ServiceError('SerializationException', 'The body is not an object of members.');
}
