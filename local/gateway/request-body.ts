import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { ServiceError } from '../service.ts';

/** Bytes of the largest body that is collected before its signature is verified. */
const LARGEST_BODY = 16 * 1024 * 1024;

/** Collects a body. One that is too large is refused without ending the connection, so that the client still reads why. */
export async function collectBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as a stream of its own: a reader that gives up in the middle destroys it, and not the connection that the answer needs. */
export function streamBody(request: IncomingMessage): Readable {
  const body = new PassThrough();
  request.on('error', (error) => body.destroy(error));
  request.on('close', () => {
    if (!request.complete) body.destroy(new Error('The client went away before the end of the body.'));
  });
  body.on('error', () => {});
  return request.pipe(body);
}

function tooLarge(): ServiceError {
  return new ServiceError('RequestEntityTooLargeException', `The body is over ${LARGEST_BODY} bytes.`, 413);
}
