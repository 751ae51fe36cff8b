import { createHmac } from 'node:crypto';
import type { Answer } from '../account/api.ts';
import type { Walk } from './walk.ts';

/** Posts a push as GitHub does, signed by the webhook's key or another. */
export async function sendPush(
  { stack, materials }: Walk,
  { repository, branch, commit }: { readonly repository: string; readonly branch: string; readonly commit: string },
  key = materials.webhook.webhookKey,
): Promise<Answer> {
  const body = JSON.stringify({
    ref: `refs/heads/${branch}`,
    after: commit,
    repository: { full_name: repository },
    head_commit: { message: 'Sent by verify:aws', timestamp: new Date().toISOString(), author: { name: 'verify' } },
  });
  const response = await fetch(`${stack.outputs['ApiUrl']}/webhooks/${materials.webhook.id}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'push',
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
    },
    body,
  });
  return { status: response.status, body: await response.text() };
}
