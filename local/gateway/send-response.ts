import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServiceResponse } from '../service.ts';

/** Sends an answer. A streamed body that breaks off cuts the connection, so that the client does not take a part for the whole. */
export async function sendResponse(
  response: ServerResponse,
  answer: ServiceResponse,
  more: Record<string, string>,
): Promise<void> {
  const { status, body } = answer;
  const headers = Object.fromEntries(
    Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  response.writeHead(status, { ...more, ...lengthOf(answer, response.req.method), ...headers });
  if (body instanceof Readable) {
    if (response.req.method !== 'HEAD') return pipeline(body, response);
    body.destroy();
    response.end();
    return;
  }
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function lengthOf({ status, body }: ServiceResponse, method: string | undefined): Record<string, string> {
  if (body instanceof Readable || status === 204 || status === 304) return {};
  if (body === undefined && method === 'HEAD') return {};
  return { 'content-length': String(Buffer.byteLength(body ?? '')) };
}
