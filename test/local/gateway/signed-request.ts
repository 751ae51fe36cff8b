import { request } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Plain {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Signing {
  readonly service: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly signingDate?: Date;
  readonly region?: string;
}

/** Signs with the SDK's own signer. */
export async function sign(plain: Plain, port: number, signing: Signing): Promise<Plain> {
  const signed = await signer(signing).sign(toSdk(plain, port), dated(signing));
  return { ...plain, headers: signed.headers };
}

/** Signs into the query, as for a link. */
export async function presign(plain: Plain, port: number, signing: Signing & { expiresIn?: number }): Promise<Plain> {
  const { expiresIn = 900 } = signing;
  const signed = await signer(signing).presign(toSdk(plain, port), { expiresIn, ...dated(signing) });
  return { ...plain, headers: signed.headers, query: signed.query as Record<string, string> };
}

/** Sends as it is, over a connection of its own. */
export function send(port: number, { method, path, query = {}, headers = {}, body }: Plain) {
  const search = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const target = search.length === 0 ? path : `${path}?${search.join('&')}`;
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function signer({
  service,
  accessKeyId = 'test',
  secretAccessKey = 'test',
  sessionToken,
  region = 'eu-west-1',
}: Signing) {
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  return new SignatureV4({ service, region, sha256: Sha256, credentials, uriEscapePath: service !== 's3' });
}

function toSdk({ method, path, query = {}, headers = {}, body }: Plain, port: number) {
  const host = { host: `127.0.0.1:${port}` };
  return {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path,
    query,
    headers: { ...host, ...headers },
    body,
  };
}

function dated({ signingDate }: Signing) {
  return signingDate === undefined ? {} : { signingDate };
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}
