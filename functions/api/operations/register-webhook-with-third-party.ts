import type { Operation } from '../operation.ts';
import { tellThirdParty } from '../tell-third-party.ts';

/** RegisterWebhookWithThirdParty: has the host of the target's repository post its pushes to the webhook. */
export const registerWebhookWithThirdParty: Operation<{ webhookName?: string }> = async ({ webhookName }, given) => {
  await tellThirdParty(webhookName, 'registered', given);
  return undefined;
};
