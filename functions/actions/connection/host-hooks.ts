import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../engine/work.ts';
import { withinBytes } from '../within-bytes.ts';
import { askHost, type Network } from './ask-host.ts';
import { askedTooOften } from './asked-too-often.ts';
import { repositoryPath } from './repository-path.ts';

/** A repository whose webhooks are managed by GitHub's REST API ("Repository webhooks"). */
export interface HookHost {
  readonly api: string;
  readonly repository: string;
  readonly token: string;
  readonly network: Network;
}

interface Hook {
  readonly id: number;
  readonly config?: { readonly url?: string };
}

const pageSize = 100;
const mostPages = 10;
const answerLimit = 2 ** 20;

/** Has the host post pushes to a URL, signed with the secret where there is one. A hook that is there already is brought up to date. */
export async function registerHook(host: HookHost, { url, secret }: { url: string; secret?: string }): Promise<void> {
  const config = { url, content_type: 'json', insecure_ssl: '0', ...(secret === undefined ? {} : { secret }) };
  const wanted = { active: true, events: ['push'], config };
  const found = await findHook(host, url);
  if (found) await ask(host, 'PATCH', `/${found.id}`, wanted);
  else await ask(host, 'POST', '', { name: 'web', ...wanted });
}

/** Has the host post to a URL no more. */
export async function removeHook(host: HookHost, url: string): Promise<void> {
  const found = await findHook(host, url);
  if (found) await ask(host, 'DELETE', `/${found.id}`);
}

async function findHook(host: HookHost, url: string): Promise<Hook | undefined> {
  for (let page = 1; page <= mostPages; page++) {
    const answered = await ask(host, 'GET', `?per_page=${pageSize}&page=${page}`);
    const hooks = hooksFrom(answered, host);
    const found = hooks.find(({ config }) => config?.url === url);
    if (found || hooks.length < pageSize) return found;
  }
  throw new Failure('ConfigurationError', `${host.repository} has over ${pageSize * mostPages} webhooks.`);
}

function hooksFrom(answered: string, { repository }: HookHost): readonly Hook[] {
  try {
    const hooks: unknown = JSON.parse(answered);
    if (Array.isArray(hooks) && hooks.every((each) => Number.isSafeInteger(each?.id))) return hooks as Hook[];
  } catch {
    // Told below, as what is JSON but no list.
  }
  throw new Failure('ConfigurationError', `The host answers no list of the webhooks of ${repository}.`);
}

/** Asks about the repository's hooks; answers the body. The secret and the token stay with the host. */
async function ask(host: HookHost, method: string, path: string, body?: object): Promise<string> {
  const { api, repository, token, network } = host;
  const address = `${api}/repos/${repositoryPath(repository)}/hooks${path}`;
  const headers = {
    'user-agent': 'sluice',
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'content-type': 'application/json',
  };
  const sent = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
  const answer = await askHost(address, { method, headers, stays: true, ...sent }, network);
  const within = withinBytes('The answer about webhooks', answerLimit);
  const [read] = await Promise.all([text(within), pipeline(answer.body, within)]);
  const { status } = answer;
  if (status >= 200 && status < 300) return read;
  if (askedTooOften(status, (name) => answer.headers[name]?.toString()))
    throw new Failure(
      'SystemUnavailable',
      `The host limits how often it is asked: it answers ${status}. Try again later.`,
    );
  if (status === 401 || status === 403 || status === 404)
    throw new Failure(
      'PermissionError',
      `The connection's token may not manage the webhooks of ${repository}: the host answers ${status}. It needs to read and write them.`,
    );
  throw new Failure('ConfigurationError', `The host answers ${status} to ${method} for the webhooks of ${repository}.`);
}
