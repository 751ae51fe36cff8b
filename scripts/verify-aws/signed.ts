import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** Keys of a caller. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A call that is signed here, as no client package of its service is among the dependencies. */
export interface SignedCall {
  readonly service: string;
  readonly region: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly keys: Keys;
  /** Milliseconds. */
  readonly now: number;
}

/** Sends a POST whose path is signed as it stands in `url`. */
export async function sendSigned({ service, region, url, headers, body, keys, now }: SignedCall): Promise<Response> {
  const { protocol, hostname, port, host, origin } = new URL(url);
  const path = url.slice(origin.length) || '/';
  const request = {
    method: 'POST',
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path,
    query: {},
    headers: { host, ...headers },
    body,
  };
  const signer = new SignatureV4({ credentials: keys, region, service, sha256: Sha256 });
  const signed = await signer.sign(request, { signingDate: new Date(now) });
  return fetch(url, { method: 'POST', headers: signed.headers, body });
}

/** What a call of the Query protocol (IAM, CloudFormation) answered; throws its error by name. */
export async function query(
  call: Omit<SignedCall, 'body' | 'headers'>,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await sendSigned({
    ...call,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams(parameters).toString(),
  });
  const text = await response.text();
  if (response.ok) return text;
  const message = `${parameters['Action']}: ${first(text, 'Message') ?? text.slice(0, 300)}`;
  throw Object.assign(new Error(message), { name: first(text, 'Code') ?? `Status${response.status}` });
}

/** The text of each element of a name, unescaped. */
export function all(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text = '']) => unescaped(text));
}

/** The text of the first element of a name. */
export function first(xml: string, name: string): string | undefined {
  return all(xml, name)[0];
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => named[name] ?? '');
}
