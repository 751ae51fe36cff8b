import type { Readable } from 'node:stream';

/** API Gateway's quota for a payload: 10 MB. */
export const LARGEST_BODY = 10 * 1024 * 1024;

/** Content types, besides text/*, that reach a function as text. Measured on AWS in 2026 (ministackorg/ministack pull request 766): all others, and none at all, are encoded. */
const TEXT = ['application/json', 'application/javascript', 'application/xml'];

/** Reads a body, or gives `undefined` once it is too large. The stream is then still open, so that the connection can carry the answer. */
export async function readAtMost(body: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A body as an event of payload format 2.0 has it: as text, or in base64; without bytes there is no body at all. */
export function bodyOf(bytes: Buffer, contentType: string | undefined): { body?: string; isBase64Encoded: boolean } {
  if (bytes.length === 0) return { isBase64Encoded: false };
  const isBase64Encoded = !isText(contentType);
  return { body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

function isText(contentType = ''): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || TEXT.includes(type);
}
