import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { decode, encode, Token, Type } from 'cborg';
import { shapeOf } from '../api/model-inputs.ts';

export type ProtocolName = 'JSON' | 'CBOR';
export const protocolNames: readonly ProtocolName[] = ['JSON', 'CBOR'];

/** A request as it is on the wire. */
export interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A time of a CBOR answer, under tag 1. */
export class Tagged {
  readonly seconds: unknown;

  constructor(seconds: unknown) {
    this.seconds = seconds;
  }
}

/** An answer as it was on the wire; `value` is its body with CBOR's times as `Tagged`. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly errorType: string | undefined;
  readonly value: unknown;
}

/** The request for an operation. `shape` is that of the input: its times go out as CBOR has them. */
export function requestFor(
  operation: string,
  input: unknown,
  protocol: ProtocolName,
  shape: string | null,
): WireRequest {
  if (protocol === 'JSON') {
    return {
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `CodePipeline_20150709.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    };
  }
  return {
    path: `/service/CodePipeline_20150709/operation/${operation}`,
    headers: { 'content-type': 'application/cbor', accept: 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: toCbor(shape === null ? input : dated(shape, input)),
  };
}

/** What API Gateway hands to the function for a request. */
export function eventOf({ path, headers, body }: WireRequest, ownPath: Record<string, string> = {}) {
  const [, plainOperation] = /^\/service\/CodePipeline_20150709\/operation\/(.+)$/.exec(path) ?? [];
  return {
    version: '2.0',
    rawPath: path,
    headers,
    pathParameters: plainOperation === undefined ? ownPath : { plainOperation },
    queryStringParameters: {},
    requestContext: {
      http: { method: 'POST', path, sourceIp: '203.0.113.7', userAgent: 'test' },
      authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/tester' } },
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
}

/** The answer of a handler as the client has it. */
export function answerOf({
  statusCode = 0,
  headers = {},
  body = '',
  isBase64Encoded = false,
}: APIGatewayProxyStructuredResultV2): WireAnswer {
  const text = (value: string | number | boolean | undefined) => (value === undefined ? undefined : String(value));
  return readAnswer(statusCode, (name) => text(headers[name]), Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

/** An answer from its status, headers and bytes. */
export function readAnswer(status: number, header: (name: string) => string | undefined, body: Buffer): WireAnswer {
  const contentType = header('content-type') ?? '';
  const value =
    contentType === 'application/cbor'
      ? decode(body, { tags: { 1: (content) => new Tagged(content()) }, rejectDuplicateMapKeys: true })
      : JSON.parse(body.toString('utf8'));
  return { status, contentType, errorType: header('x-amzn-errortype'), value };
}

/** The code and message of an error's body, without its namespace. */
export function errorOf({ value }: WireAnswer): { readonly code: string; readonly message: string } {
  const { __type = '', message = '' } = value as { __type?: string; message?: string };
  return { code: __type.replace(/^com\.amazonaws\.codepipeline#/, ''), message };
}

export function toCbor(value: unknown): Buffer {
  const time = (date: Date) => [new Token(Type.tag, 1), new Token(Type.float, date.getTime() / 1000)];
  return Buffer.from(encode(value, { typeEncoders: { Date: time } }));
}

function dated(name: string, value: unknown): unknown {
  const { type, members = {}, member, value: each } = shapeOf(name);
  if (type === 'timestamp' && typeof value === 'number') return new Date(value * 1000);
  if (type === 'list' && Array.isArray(value)) return value.map((one) => dated(member ?? '', one));
  if ((type !== 'structure' && type !== 'map') || typeof value !== 'object' || value === null || Array.isArray(value))
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const of = type === 'map' ? each : members[key]?.shape;
      return [key, of === undefined ? one : dated(of, one)];
    }),
  );
}
