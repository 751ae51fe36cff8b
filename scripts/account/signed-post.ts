import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Keys } from './client-options.ts';

/** A POST to Sluice's API, which has no client that calls it by path. */
export interface Post {
  readonly url: URL;
  readonly region: string;
  readonly keys: Keys;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Milliseconds; absent: the time it is. */
  readonly now?: number;
}

/** Signs a POST for API Gateway, its path as it stands, and sends it. Throws one sentence when nobody answers. */
export async function sendSigned({ url, region, keys, headers, body, now }: Post): Promise<Response> {
  const signer = new SignatureV4({ credentials: keys, region, service: 'execute-api', sha256: Sha256 });
  const request = {
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    headers: { host: url.host, ...headers },
    body,
  };
  const signed = await signer.sign(request, now === undefined ? {} : { signingDate: new Date(now) });
  const sent = typeof body === 'string' ? body : new Uint8Array(body);
  try {
    return await fetch(url, { method: 'POST', headers: signed.headers, body: sent, redirect: 'manual' });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new Error(`${url.origin} does not answer: ${why}`, { cause });
  }
}

/** The address of a path of the API, with what ApiUrl has before it. */
export function addressOf(apiUrl: string | URL, path: string): URL {
  return new URL(`${String(apiUrl).replace(/\/$/, '')}${path}`);
}
