import type { SourceRevision } from '@aws-sdk/client-codepipeline';
import { outsideAddress } from './address.ts';
import { type Html, html } from './markup.ts';

/** A run's id as people tell runs apart: the end of it, for the beginning of a UUIDv7 is the time. */
export function shortRun(id: string): string {
  return id.slice(-8);
}

/** Who did something: of an ARN its last part. */
export function principal(text: string): string {
  return text.startsWith('arn:') ? text.slice(text.lastIndexOf(':') + 1) : text;
}

/** A source revision in one line: its short id and the first line of its message. */
export function revisionLine({ revisionId = '', revisionSummary, revisionUrl }: SourceRevision): Html {
  const address = outsideAddress(revisionUrl);
  const id = html`<code>${shortRevision(revisionId)}</code>`;
  const message = firstLine(messageOf(revisionSummary));
  return html`${address === undefined ? id : html`<a href="${address}" rel="noreferrer noopener">${id}</a>`}${message === '' ? '' : html` <bdi>${message}</bdi>`}`;
}

/** A commit's id in seven characters; the ids of object versions and digests are cut later. */
function shortRevision(id: string): string {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(id)) return id.slice(0, 7);
  return id.length <= 16 ? id : `${id.slice(0, 16)}…`;
}

/** Connections give the summary as JSON, `{"ProviderType":"GitHub","CommitMessage":"…"}`; other sources as text. */
function messageOf(summary = ''): string {
  if (!summary.startsWith('{')) return summary;
  try {
    const { CommitMessage: message } = JSON.parse(summary) as { CommitMessage?: unknown };
    return typeof message === 'string' ? message : summary;
  } catch {
    return summary;
  }
}

function firstLine(text: string): string {
  return text.trim().split(/[\r\n]/, 1)[0] ?? '';
}
