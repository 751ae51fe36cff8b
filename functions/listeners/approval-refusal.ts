import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ReviewLink } from '../domain/review-link.ts';
import { type Html, html, page } from '../lambda/html.ts';

/** Which approval of which pipeline. */
export type Place = Pick<ReviewLink, 'pipeline' | 'stage' | 'action'>;

const name = /^[A-Za-z0-9.@_-]{1,100}$/;

/** A page that says why not, and what to do; `address`: where the approval itself can be seen. */
export function refusedPage(
  statusCode: number,
  title: string,
  why: unknown,
  address?: string,
): APIGatewayProxyStructuredResultV2 {
  const link =
    address === undefined ? undefined : html`<p class="after"><a href="${address}">Open the approval</a></p>`;
  return page(statusCode, title, html`<h1>${title}</h1><div class="card over"><p>${why}</p></div>${link}`);
}

/**
 * The page of an address without any signature, as the message to NotificationArn has it: how to decide, said from the address
 * alone. It does not tell whether there is such a pipeline; what cannot be a name is not repeated.
 */
export function unsignedPage(place: Place, mailDecides: boolean): APIGatewayProxyStructuredResultV2 {
  const valid = [place.pipeline, place.stage, place.action].every((text) => name.test(text));
  const shown = valid ? place : { pipeline: 'PIPELINE', stage: 'STAGE', action: 'ACTION' };
  const title = 'This address only names an approval';
  const named = valid
    ? html`It stands for action <strong>${place.action}</strong> in stage <strong>${place.stage}</strong> of pipeline <strong>${place.pipeline}</strong>. `
    : undefined;
  return page(
    403,
    title,
    html`<h1>${title}</h1>
<p class="lead">${named}It carries no signature, so it neither shows nor decides anything.</p>
<section aria-labelledby="how"><h2 id="how">How to decide</h2>
${mailDecides ? html`<div class="card"><h3>By the approval mail</h3><p>Open the link in that mail: it is signed.</p></div>` : undefined}
<div class="card"><h3>By your own credentials</h3>${commands(shown)}</div>
</section>`,
  );
}

/** How to decide with credentials. */
export function commands({ pipeline, stage, action }: Place): Html {
  const answer = lines(
    'aws sluice put-approval-result',
    `--pipeline-name ${pipeline}`,
    `--stage-name ${stage}`,
    `--action-name ${action}`,
    '--token TOKEN',
    '--result status=Approved,summary=COMMENT',
  );
  return html`<p>Ask Sluice's API, by its AWS CLI commands or any other client, for the token of the action:</p>
<pre><code>${lines('aws sluice get-pipeline-state', `--name ${pipeline}`)}</code></pre>
<p>Then answer with it; the status is <code>Approved</code> or <code>Rejected</code>:</p>
<pre><code>${answer}</code></pre>`;
}

/** A command of a shell, an option a line. */
function lines(...parts: readonly string[]): string {
  return parts.join(' \\\n  ');
}
