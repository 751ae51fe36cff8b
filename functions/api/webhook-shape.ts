import type { Webhook } from '../aws/webhook-record.ts';
import { seconds } from './operation.ts';

/** ListWebhookItem of PutWebhook and ListWebhooks. The secret is `****`. */
export function listWebhookItem({
  definition,
  url,
  arn,
  tags,
  lastTriggered,
  errorCode,
  errorMessage,
}: Webhook): object {
  return {
    definition,
    url,
    arn,
    tags,
    ...(lastTriggered === undefined ? {} : { lastTriggered: seconds(lastTriggered) }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
}
