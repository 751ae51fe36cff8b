import type { Operation } from '../operation.ts';
import { tellThirdParty } from '../tell-third-party.ts';

/** DeregisterWebhookWithThirdParty: has the host post to the webhook no more. A host that does not is told nothing. */
export const deregisterWebhookWithThirdParty: Operation<{ webhookName?: string }> = async ({ webhookName }, given) => {
  await tellThirdParty(webhookName, 'deregistered', given);
  return undefined;
};
