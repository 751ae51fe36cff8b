import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { readConnection } from '../../aws/connection-record.ts';
import { privateHosts } from '../../aws/private-hosts.ts';
import { secretValue } from '../../aws/secret.ts';
import type { ConnectionKind } from '../../domain/connection.ts';
import { Failure } from '../../engine/work.ts';
import { withinBytes } from '../within-bytes.ts';
import { askHost, type Network } from './ask-host.ts';

/** A host's REST API, and the repository that it is asked about. */
export interface ApiHost {
  readonly kind: ConnectionKind;
  readonly api: string;
  readonly repository: string;
  readonly token?: string;
  readonly network: Network;
}

const answerLimit = 16 * 2 ** 20;

/** The API behind a connection; or that it has none. */
export async function apiHostOf(id: string, repository: string): Promise<ApiHost | { readonly unknown: string }> {
  const connection = await readConnection(id);
  if (connection?.api === undefined) return { unknown: 'the connection has no API to ask' };
  const { kind, api, credentialSecret } = connection;
  const token = credentialSecret === undefined ? {} : { token: await secretValue(credentialSecret) };
  return { kind, api, repository, network: { allowed: privateHosts }, ...token };
}

/** Asks the API at a path; what it does not answer as it should is not known. `status`: of an answer that is no success. */
export async function askApi(
  { api, token, network }: ApiHost,
  path: string,
  what: string,
): Promise<{ readonly json: unknown } | { readonly unknown: string; readonly status?: number }> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { 'user-agent': 'sluice', accept: 'application/json', ...authorization };
  try {
    const answer = await askHost(`${api}${path}`, { headers }, network);
    const within = withinBytes(`The answer about ${what}`, answerLimit);
    const [body] = await Promise.all([text(within), pipeline(answer.body, within)]);
    const { status } = answer;
    if (status < 200 || status > 299) return { unknown: `the host answers ${status}`, status };
    return { json: JSON.parse(body) };
  } catch (error) {
    if (error instanceof Failure) return { unknown: error.message };
    return { unknown: 'the host does not answer as it should' };
  }
}

/** A member of what may be anything. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
