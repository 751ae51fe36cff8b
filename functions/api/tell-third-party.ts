import { askRegistration, type RegistrationAnswer, type RegistrationRequest } from '../aws/functions.ts';
import { noteError, readWebhook } from '../aws/webhook-record.ts';
import { webhookNotFound } from '../domain/not-found.ts';
import { Refusal } from '../domain/refusal.ts';
import { logger } from '../lambda/logger.ts';
import type { OperationGiven } from './operation.ts';

/**
 * Has a repository's host call a webhook's URL, or call it no more. What goes wrong is refused, and kept with the webhook for ListWebhooks.
 * The model has no error for that: ValidationException is the one that says what to mend.
 */
export async function tellThirdParty(
  name: string | undefined,
  wanted: RegistrationRequest['wanted'],
  { home }: OperationGiven,
): Promise<void> {
  if (name === undefined)
    throw new Refusal(
      'ValidationException',
      "1 validation error detected: Value at 'webhookName' failed to satisfy constraint: Member must not be null",
    );
  const found = await readWebhook(name);
  if (!found) throw webhookNotFound(home.account, name);
  const { urlId, url } = found.webhook;
  const { failed } = await answerOf({ webhook: urlId, url, wanted });
  await noteError(name, urlId, failed);
  if (failed) throw new Refusal('ValidationException', `The webhook '${name}' is not ${wanted}: ${failed.message}`);
}

/** A host that is silent, or cannot be reached, has perhaps done what it was asked: asking again is harmless. */
async function answerOf(request: RegistrationRequest): Promise<RegistrationAnswer> {
  try {
    return await askRegistration(request);
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') throw error;
    logger.error('Registration', { webhook: request.webhook, error: error as Error });
    const message = 'the host of the repository did not answer as it should. Try again.';
    return { failed: { code: 'SystemUnavailable', message } };
  }
}
