import { escapeXml } from './query.ts';
import type { Mail } from './store.ts';

/** Where the pages are served. */
const ROOT = '/mail/';

const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** What the list leads to: whether it is the newest page, and the mail before which the older ones are. */
export interface Paging {
  readonly first: boolean;
  readonly older: string | undefined;
}

/** The list of mails, newest first. */
export function listPage(mails: readonly Mail[], { first, older }: Paging): string {
  const content = mails.length === 0 ? empty() : `<ol class="mails">${mails.map(item).join('')}</ol>`;
  const links = [
    first ? '' : `<a href="${ROOT}">Newest mail</a>`,
    older === undefined ? '' : `<a href="${ROOT}?before=${escapeXml(older)}">Older mail</a>`,
  ].join('');
  const paging = links === '' ? '' : `<nav class="paging" aria-label="Pages">${links}</nav>`;
  const lead = '<p class="lead">E-mail that this stack would have sent. It stays on this machine.</p>';
  return document('Mailbox', `<header><h1>Mailbox</h1>${lead}</header><main id="content">${content}${paging}</main>`);
}

/** One mail with its whole text. */
export function mailPage(mail: Mail): string {
  const facts = Object.entries({ From: mail.from, To: mail.to, Topic: mail.topic })
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeXml(value)}</dd></div>`)
    .join('');
  return document(
    `${mail.subject} – Mailbox`,
    `<header><nav aria-label="Mailbox"><a href="${ROOT}">All mail</a></nav><h1>${escapeXml(mail.subject)}</h1></header>
<main id="content"><dl class="facts">${facts}<div><dt>Sent</dt><dd>${time(mail)}</dd></div></dl>
<div class="text">${linked(mail.text)}</div></main>`,
  );
}

/** What is answered for a mail that is not there. */
export function missingPage(): string {
  const main = `<main id="content"><p>There is no such mail. <a href="${ROOT}">See all mail.</a></p></main>`;
  return document('No such mail – Mailbox', `<header><h1>No such mail</h1></header>${main}`);
}

function item(mail: Mail): string {
  return `<li><a href="${ROOT}messages/${escapeXml(mail.id)}"><span class="subject">${escapeXml(mail.subject)}</span>
<span class="to">To ${escapeXml(mail.to)}</span>${time(mail)}</a></li>`;
}

function empty(): string {
  return '<div class="empty"><h2>No mail yet</h2><p>Mail appears here when a topic with an e-mail subscription gets a message.</p></div>';
}

function time(mail: Mail): string {
  const date = new Date(mail.time);
  return `<time datetime="${date.toISOString()}">${WHEN.format(date)} UTC</time>`;
}

/** Text with its http(s) addresses made links; punctuation that ends a sentence is not part of an address. */
function linked(text: string): string {
  let html = '';
  let end = 0;
  for (const { 0: found, index } of text.matchAll(/https?:\/\/[^\s<>"'`\\]+/g)) {
    const address = found.replace(/[.,;:!?)\]}]+$/, '');
    html += `${escapeXml(text.slice(end, index))}<a href="${escapeXml(address)}" rel="noopener noreferrer">${escapeXml(address)}</a>`;
    end = index + address.length;
  }
  return html + escapeXml(text.slice(end));
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(title)}</title>
<link rel="stylesheet" href="${ROOT}style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
${body}
</body>
</html>
`;
}
