import type { ActionExecutionDetail, SourceRevision } from '@aws-sdk/client-codepipeline';
import { outsideAddress } from './address.ts';
import { type Html, html } from './markup.ts';
import { isoTime, relativeTime } from './moment.ts';
import { type ActionPicture, startOf } from './picture.ts';
import { revisionLine } from './short-text.ts';

/** An approval waits seven days when its action does not say (user guide, "Add a manual approval action"). */
const USUAL_MINUTES = 7 * 24 * 60;

/** An open approval: what is to be approved, since when, until when, and where to answer. */
export function approvalCard(
  { declaration, name }: ActionPicture,
  execution: ActionExecutionDetail,
  revisions: readonly SourceRevision[],
  now: number,
): Html {
  const { CustomData: text, ExternalEntityLink: link } = execution.input?.resolvedConfiguration ?? {};
  const since = startOf(execution);
  const until = since + (declaration?.timeoutInMinutes ?? USUAL_MINUTES) * 60_000;
  return html`<div class="approval">
${text === undefined ? undefined : html`<p class="message">${text}</p>`}
<dl class="facts">
${revisions.map((revision) => html`<div><dt>To approve</dt><dd>${revisionLine(revision)}</dd></div>`)}
${link === undefined ? undefined : html`<div><dt>Look at</dt><dd>${lookAt(link)}</dd></div>`}
<div><dt>Since</dt><dd>${isoTime(since)}, ${relativeTime(since, now)}</dd></div>
<div><dt>Until</dt><dd>${isoTime(until)}, ${relativeTime(until, now)}</dd></div>
</dl>
<p class="links"><a class="strong" href="/mail/">Answer in the mailbox<span class="hidden"> for ${name}</span></a></p>
</div>`;
}

function lookAt(link: string): Html {
  const address = outsideAddress(link);
  if (address === undefined) return html`<bdi>${link}</bdi>`;
  return html`<a href="${address}" rel="noreferrer noopener">${link}</a>`;
}
