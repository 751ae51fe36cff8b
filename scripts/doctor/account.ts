import { Sha256 } from '@aws-crypto/sha256-js';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { CannotLook } from './finding.ts';
import { readXml, textAt, type Xml } from './xml.ts';

/** Keys as the SDK's chain finds them. */
interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every client of the SDK is made with. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials: () => Promise<Keys>;
}

/** An account of AWS, or a local stack, as the caller's credentials see it. */
export interface Account {
  readonly options: ClientOptions;
  /** Calls a service of the query protocol for which the project has no client. */
  query(service: 'iam' | 'cloudformation', parameters: Readonly<Record<string, string>>): Promise<Xml>;
  /** Calls a service of the JSON protocol for which it has none. */
  json(service: 'kms', target: string, input: object): Promise<Readonly<Record<string, unknown>>>;
  /** Calls Sluice's API at the path by which IAM decides. */
  api(url: URL, input: object): Promise<Readonly<Record<string, unknown>>>;
  /** Asks once and keeps the answer: several actions need the same role, bucket or key. */
  once<T>(key: string, ask: () => Promise<T>): Promise<T>;
}

/** An error that AWS answered with; its name is the code, and `$metadata` tells it from ours, as the SDK's errors have it. */
class Answered extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode };
  }
}

const versions = { iam: '2010-05-08', cloudformation: '2010-05-15' } as const;
const onThisMachine = ['127.0.0.1', 'localhost'];

/** Reaches the account of the SDK's default credentials; at an endpoint of this machine without credentials, as the local stack's administrator. */
export async function openAccount(given: { region?: string; endpointUrl?: string }): Promise<Account> {
  const { endpointUrl } = given;
  const isLocal = endpointUrl !== undefined && onThisMachine.includes(new URL(endpointUrl).hostname);
  const isAlone = isLocal && !process.env['AWS_ACCESS_KEY_ID'];
  const region = given.region ?? (isAlone && !process.env['AWS_REGION'] ? 'us-east-1' : undefined);
  const { config } = new STSClient({
    ...(region === undefined ? {} : { region }),
    ...(isAlone ? { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } } : {}),
  });
  const options: ClientOptions = {
    region: await config.region(),
    credentials: () => config.credentials(),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  };
  const known = new Map<string, Promise<unknown>>();
  return {
    options,
    async query(service, parameters) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const body = String(new URLSearchParams({ Version: versions[service], ...parameters }));
      const { url, region: signedIn } = placeOf(service, options);
      const { status, text } = await send(options, { service, region: signedIn, url, headers, body });
      const xml = status === 200 || text.startsWith('<') ? readXml(text) : readXml('');
      if (status === 200) return xml;
      const part = (name: string) => textAt(xml, 'ErrorResponse', 'Error', name);
      throw new Answered(part('Code') ?? `HTTP ${status}`, part('Message') ?? text.slice(0, 200), status);
    },
    async json(service, target, input) {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
      const { url, region: signedIn } = placeOf(service, options);
      return jsonIn(
        await send(options, { service, region: signedIn, url, headers, body: JSON.stringify(input) }),
        target,
      );
    },
    async api(url, input) {
      const headers = { 'content-type': 'application/x-amz-json-1.1' };
      const request = { service: 'execute-api', region: options.region, url, headers, body: JSON.stringify(input) };
      return jsonIn(await send(options, request), url.pathname);
    },
    once<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const found = known.get(key) ?? ask();
      known.set(key, found);
      return found as Promise<T>;
    },
  };
}

/** Where a service is, and for which Region its requests are signed: IAM is one in each partition (IAM endpoints and quotas). */
function placeOf(service: 'iam' | 'cloudformation' | 'kms', { region, endpoint }: ClientOptions) {
  const elsewhere =
    endpoint ?? process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env['AWS_ENDPOINT_URL'];
  const isChina = region.startsWith('cn-');
  const isGov = region.startsWith('us-gov-');
  const home = isChina ? 'cn-north-1' : isGov ? 'us-gov-west-1' : 'us-east-1';
  const host = service !== 'iam' ? `${service}.${region}` : isChina ? 'iam.cn-north-1' : isGov ? 'iam.us-gov' : 'iam';
  const url = new URL(elsewhere ?? `https://${host}.amazonaws.com${isChina ? '.cn' : ''}/`);
  return { url, region: service === 'iam' ? home : region };
}

interface Sending {
  readonly service: string;
  readonly region: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function send({ credentials }: ClientOptions, { service, region, url, headers, body }: Sending) {
  const signer = new SignatureV4({ credentials: await credentials(), region, service, sha256: Sha256 });
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    headers: { host: url.host, ...headers },
    body,
  });
  try {
    const answer = await fetch(url, { method: 'POST', headers: signed.headers, body, redirect: 'manual' });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new CannotLook(`${url.origin} does not answer: ${why}`);
  }
}

function jsonIn({ status, text }: { status: number; text: string }, what: string): Readonly<Record<string, unknown>> {
  const answer: unknown = text.startsWith('{') ? JSON.parse(text) : {};
  const members = answer as Readonly<Record<string, unknown>>;
  if (status === 200) return members;
  const code = String(members['__type'] ?? `HTTP ${status}`).replace(/^.*#/, '');
  throw new Answered(code, String(members['message'] ?? members['Message'] ?? `${what} is refused.`), status);
}
