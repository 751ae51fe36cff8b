import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { ServiceResponse } from '../service.ts';
import { listPage, mailPage, missingPage } from './mailbox-page.ts';
import { STYLE } from './mailbox-style.ts';
import type { Mail, Mails } from './store.ts';

/** A request below `/mail/`; `path` is what comes after that, `query` what comes after the question mark. */
export interface MailboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

const PAGE = 50;
const MOST = 1000;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The mailbox of all e-mail subscriptions: the list of mails, one mail at `messages/ID`, and `messages.json`, an array of
 * `{id, from, to, subject, text, time, topic}` with ISO times, newest first, at most 1,000. It reads only.
 */
export function mailbox(mails: Mails, { method, path, query }: MailboxRequest): ServiceResponse {
  if (method !== 'GET' && method !== 'HEAD')
    return respond(405, 'text/plain', 'The mailbox can only be read.\n', { allow: 'GET, HEAD' });
  const answer = page(mails, path.replace(/^\/+/, ''), new URLSearchParams(query));
  return method === 'HEAD' ? { ...answer, body: '' } : answer;
}

function page(mails: Mails, path: string, query: URLSearchParams): ServiceResponse {
  if (path === 'style.css') return respond(200, 'text/css', STYLE);
  if (path === 'messages.json') return respond(200, 'application/json', JSON.stringify(mails.newest(MOST).map(toJson)));
  if (path === '') {
    const before = query.get('before') ?? undefined;
    const shown = mails.newest(PAGE + 1, before);
    const older = shown.length > PAGE ? shown[PAGE - 1]?.id : undefined;
    return respond(200, 'text/html', listPage(shown.slice(0, PAGE), { first: before === undefined, older }));
  }
  const id = /^messages\/([\w-]{1,64})$/.exec(path)?.[1];
  const mail = id === undefined ? undefined : mails.get(id);
  return mail === undefined ? respond(404, 'text/html', missingPage()) : respond(200, 'text/html', mailPage(mail));
}

function toJson(mail: Mail): object {
  return { ...mail, time: new Date(mail.time).toISOString() };
}

function respond(status: number, type: string, body: string, headers: Record<string, string> = {}): ServiceResponse {
  return { status, headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8`, ...headers }, body };
}
