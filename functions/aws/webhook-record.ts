import type { Tag } from '../domain/declaration.ts';
import type { WebhookDefinition } from '../domain/webhook.ts';
import { type Item, isNew, type Key, list, type Page, read, unchanged, update, type Write } from './table.ts';

const apiUrl = process.env['API_URL'] ?? '';

/** A webhook (v1) as its name finds it. Its secret is not in here. */
export interface Webhook {
  /** The secret is `****`. */
  readonly definition: WebhookDefinition;
  /** The last part of its URL: nobody guesses it. */
  readonly urlId: string;
  readonly url: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  /** When it last started a run, in milliseconds since the epoch. */
  readonly lastTriggered?: number;
  /** What went wrong last: a start that was refused, or a registration that failed. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** A webhook with the revision under which it was read. */
export interface WebhookRecord {
  readonly webhook: Webhook;
  readonly rev: number;
}

/** What a request to a webhook's URL is held against, and starts: all of it in one read. */
export interface Listener {
  /** With the secret. */
  readonly definition: WebhookDefinition;
  readonly arn: string;
}

const partition = 'WEBHOOKS';

/** Where a request to the webhook is to go. */
export function webhookUrl(urlId: string): string {
  return `${apiUrl}/webhooks/${urlId}`;
}

/** Finds a webhook by name; undefined when there is none. */
export async function readWebhook(name: string): Promise<WebhookRecord | undefined> {
  const item = await read({ pk: partition, sk: name });
  return item && webhookFrom(item);
}

/** Webhooks, by name. */
export async function listWebhooks(limit: number, after?: Key): Promise<Page> {
  return list(partition, '', { limit, ...(after ? { after } : {}) });
}

/** A webhook from its item. */
export function webhookFrom(item: Item): WebhookRecord {
  const { pk: _, sk: __, rev, definition, ...rest } = item;
  const webhook = { ...rest, definition: JSON.parse(String(definition)) };
  return { webhook: webhook as unknown as Webhook, rev: Number(rev) };
}

/** The write that saves a webhook: new, or as it was read. */
export function putWebhook({ definition, ...rest }: Webhook, rev?: number): Write {
  const put = {
    pk: partition,
    sk: definition.name,
    ...rest,
    definition: JSON.stringify(definition),
    rev: (rev ?? 0) + 1,
  };
  return { put, condition: rev === undefined ? isNew : unchanged(rev) };
}

/** The write that frees a webhook's name. */
export function removeWebhook(name: string, rev: number): Write {
  return { remove: { pk: partition, sk: name }, condition: unchanged(rev) };
}

/** What listens at a webhook's URL; undefined when nothing does. */
export async function readListener(urlId: string): Promise<Listener | undefined> {
  const item = await read(listenerKey(urlId));
  return item && { definition: JSON.parse(String(item['definition'])), arn: String(item['arn']) };
}

/** The write that has a URL listened at. It goes with the write of the webhook, whose revision guards it. */
export function putListener(urlId: string, { definition, arn }: Listener): Write {
  return { put: { ...listenerKey(urlId), definition: JSON.stringify(definition), arn } };
}

/** The write after which nothing listens at a URL. */
export function removeListener(urlId: string): Write {
  return { remove: listenerKey(urlId) };
}

function listenerKey(urlId: string): Key {
  return { pk: `WEBHOOK#${urlId}`, sk: 'WEBHOOK' };
}

/** Webhooks of an account and Region at most (CodePipeline quotas). */
export const mostWebhooks = 300;

/** The write that counts a webhook that comes or goes; its condition fails where there are as many as there may be. */
export function countWebhook(by: 1 | -1): Write {
  const names = { '#count': 'count' };
  const room = { expression: 'attribute_not_exists(#count) OR #count < :most', values: { ':most': mostWebhooks } };
  return {
    update: { pk: 'LIMITS', sk: partition },
    expression: 'ADD #count :by',
    names,
    values: { ':by': by },
    ...(by === 1 ? { condition: room } : {}),
  };
}

/** Records that a webhook started a run, unless a later start is recorded. False when the webhook is no longer there. */
export function noteTriggered(name: string, urlId: string, now: number): Promise<boolean> {
  return update(
    { pk: partition, sk: name },
    {
      UpdateExpression: 'SET lastTriggered = :now, rev = rev + :one REMOVE errorCode, errorMessage',
      ConditionExpression: 'urlId = :urlId AND (attribute_not_exists(lastTriggered) OR lastTriggered < :now)',
      ExpressionAttributeValues: { ':now': now, ':one': 1, ':urlId': urlId },
    },
  );
}

/** Records what went wrong with a webhook, or that nothing does any more. False when the webhook is no longer there. */
export function noteError(name: string, urlId: string, error?: { code: string; message: string }): Promise<boolean> {
  const noted = error && { ':code': error.code, ':message': error.message };
  return update(
    { pk: partition, sk: name },
    {
      UpdateExpression: `SET ${noted ? 'errorCode = :code, errorMessage = :message, ' : ''}rev = rev + :one${noted ? '' : ' REMOVE errorCode, errorMessage'}`,
      ConditionExpression: 'urlId = :urlId',
      ExpressionAttributeValues: { ...noted, ':one': 1, ':urlId': urlId },
    },
  );
}
