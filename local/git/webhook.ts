import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { backOff, type Delivering, type Delivery } from '../outbox.ts';

/** A push that a webhook is to hear of. */
export interface Work {
  readonly repository: string;
  /** The body, whose bytes are signed. */
  readonly body: string;
}

/** Where a repository's pushes are posted to, and the key of the signature; undefined for a repository without a webhook. */
export type Webhooks = (repository: string) => { url: string; secret: () => Promise<string> } | undefined;

/** GitHub waits ten seconds for an answer. By the machine's clock: the answer comes from outside the stack's. */
const PATIENCE = 10_000;
const LONGEST_WAIT = 300_000;
const LONGEST = 3 * 24 * 3_600_000;

/**
 * Posts pushes as GitHub does. GitHub tries once; here a post that gets no answer or 408, 429 or 5xx (or is sent elsewhere) is
 * tried again for three days, with the same X-GitHub-Delivery. Any other 4xx is the receiver's last word.
 */
export function webhookDelivering(clock: Clock, webhooks: Webhooks, closing: AbortSignal): Delivering<Work> {
  return {
    deliver: (delivery) => post(delivery, webhooks, closing),
    retryAt: ({ attempts, since }) => {
      const again = clock.now() + backOff(attempts, LONGEST_WAIT);
      return again - since > LONGEST ? undefined : again;
    },
    giveUp: ({ work }, error) => console.error(`A push to ${work.repository} reached no webhook: ${error.message}`),
  };
}

async function post({ id, work }: Delivery<Work>, webhooks: Webhooks, closing: AbortSignal): Promise<void> {
  const webhook = webhooks(work.repository);
  if (webhook === undefined) return;
  const signature = createHmac('sha256', await webhook.secret())
    .update(work.body)
    .digest('hex');
  const response = await fetch(webhook.url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.any([closing, AbortSignal.timeout(PATIENCE)]),
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/sluice',
      'x-github-event': 'push',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body: work.body,
  });
  await response.body?.cancel();
  const { status } = response;
  if (status < 300) return;
  if (status < 400 || status >= 500 || status === 408 || status === 429)
    throw new Error(`The webhook answered ${status}.`);
  console.error(`The webhook of ${work.repository} refused a push with ${status}.`);
}
