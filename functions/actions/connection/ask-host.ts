import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isNamed, type PrivateHosts, whyNot } from '../../domain/private-hosts.ts';
import { readAddress } from '../../domain/special-address.ts';
import { Failure } from '../../engine/work.ts';

/** Whom connections may speak to, and how names become addresses. */
export interface Network {
  readonly allowed: PrivateHosts;
  /** All addresses of a name; absent: as the system resolves it. */
  readonly resolve?: (name: string) => Promise<readonly LookupAddress[]>;
}

/** What a host is asked. */
export interface Asked {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Redirects to another origin are refused: the body is for the host alone. */
  readonly stays?: boolean;
}

/** What it answers; the body is to be read or destroyed. */
export interface Answered {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

const mostHops = 3;
const idleMillis = 60_000;
const secret = ['authorization', 'cookie', 'proxy-authorization'];

/**
 * Asks a host that a user has named, and follows its redirects: same method and body, and what is secret only as long as the origin is the
 * same. Each host is resolved once, all its addresses are judged, and only those are connected to. Throws `Failure` for one that is
 * private, and for a scheme other than https, unless the operator has named the host.
 */
export async function askHost(address: string, asked: Asked, network: Network): Promise<Answered> {
  let url = readUrl(address);
  let { headers } = asked;
  let answered = await askOnce(url, { ...asked, headers }, network);
  for (let hops = 0; hops < mostHops && isRedirect(answered); hops += 1) {
    answered.body.destroy();
    const next = readUrl(answered.headers.location ?? '', url);
    if (asked.stays && next.origin !== url.origin)
      throw new Failure('ConfigurationError', `The host ${quoted(url.host)} sends on to ${quoted(next.host)}.`);
    if (next.origin !== url.origin)
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.includes(name.toLowerCase())));
    url = next;
    answered = await askOnce(url, { ...asked, headers }, network);
  }
  return answered;
}

function readUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new Failure('ConfigurationError', `${quoted(text)} is not an address.`);
  return new URL(text, base);
}

async function askOnce(url: URL, { method = 'GET', headers, body }: Asked, network: Network): Promise<Answered> {
  const { allowed } = network;
  const plain = url.protocol === 'http:' && isNamed(url.hostname, allowed);
  if (url.protocol !== 'https:' && !plain)
    throw new Failure(
      'ConfigurationError',
      `Connections speak https, not ${url.protocol.slice(0, -1)}, to ${quoted(url.host)}. ${howToAllow(url.hostname)}`,
    );
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await addressesOf(host, network);
  const options = {
    method,
    agent: false,
    host,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    lookup: always(addresses),
    timeout: idleMillis,
    headers: { ...headers, ...(body && { 'content-length': body.byteLength }) },
  };
  return new Promise((resolve, reject) => {
    const request = (plain ? requestPlain : requestTls)(options, (message) =>
      resolve({
        url,
        status: message.statusCode ?? 0,
        statusText: message.statusMessage ?? '',
        headers: message.headers,
        body: message,
      }),
    );
    request.once('timeout', () => request.destroy(new Error(`The host ${quoted(host)} is silent.`)));
    request.once('error', reject).end(body);
  });
}

/** The addresses of a host, all of which may be connected to: one that may not condemns the name. */
async function addressesOf(host: string, { allowed, resolve }: Network): Promise<readonly LookupAddress[]> {
  const literal = readAddress(host);
  const found: readonly LookupAddress[] = literal
    ? [{ address: host, family: literal.size === 32 ? 4 : 6 }]
    : await (resolve?.(host) ?? lookup(host, { all: true }));
  if (found.length === 0) throw new Error(`The host ${quoted(host)} has no address.`);
  for (const { address } of found) {
    const purpose = whyNot(host, address, allowed);
    if (purpose === undefined) continue;
    throw new Failure(
      'ConfigurationError',
      `The host ${quoted(host)} has the address ${quoted(address)} (${purpose}), which connections may not reach. ${howToAllow(host)}`,
    );
  }
  return found;
}

/** Resolves nothing: whatever is asked, the answer is what was judged. */
function always(addresses: readonly LookupAddress[]): LookupFunction {
  return (_, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

function howToAllow(host: string): string {
  return `An operator allows it by naming ${quoted(host)} in the template's parameter PrivateHosts.`;
}

function isRedirect({ status, headers }: Answered): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
