import { listWebhooks as listRecords, webhookFrom } from '../../aws/webhook-record.ts';
import type { Operation } from '../operation.ts';
import { nextToken, pageStart } from '../paging.ts';
import { listWebhookItem } from '../webhook-shape.ts';

const query = ['ListWebhooks'];
const defaultResults = 100;

/** ListWebhooks: webhooks, by name. Its paging members begin with capitals. */
export const listWebhooks: Operation<{ NextToken?: string; MaxResults?: number }> = async (input) => {
  const { items, next } = await listRecords(
    input.MaxResults ?? defaultResults,
    pageStart(query, input.NextToken, 'WEBHOOKS'),
  );
  const { nextToken: NextToken } = nextToken(query, next);
  return {
    webhooks: items.map((item) => listWebhookItem(webhookFrom(item).webhook)),
    ...(NextToken === undefined ? {} : { NextToken }),
  };
};
