import { loadDefinition } from '../../aws/definitions.ts';
import { typeOf } from '../../aws/named-types.ts';
import { Changed, untilUnchanged, write } from '../../aws/table.ts';
import {
  countWebhook,
  mostWebhooks,
  putListener,
  putWebhook as putRecord,
  readListener,
  readWebhook,
  type Webhook,
  type WebhookRecord,
  webhookUrl,
} from '../../aws/webhook-record.ts';
import type { Tag } from '../../domain/declaration.ts';
import { secretNames } from '../../domain/definition/secrets.ts';
import { Refusal } from '../../domain/refusal.ts';
import { acceptTags } from '../../domain/tags.ts';
import {
  acceptAuthentication,
  acceptFilters,
  keepWebhookSecret,
  maskWebhook,
  targetOf,
  type WebhookDefinition,
} from '../../domain/webhook.ts';
import { pipelineArn, unguessableId } from '../../lambda/given.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation, OperationGiven } from '../operation.ts';
import { listWebhookItem } from '../webhook-shape.ts';

interface Input {
  readonly webhook: WebhookDefinition;
  readonly tags?: readonly Tag[];
}

/** PutWebhook: makes a webhook, or replaces its definition: then its URL stays, and its tags unless others are given. */
export const putWebhook: Operation<Input> = async ({ webhook: asked, tags }, given) => {
  acceptAuthentication(asked);
  const accepted = tags && acceptTags(tags);
  const { id, version } = await findPipeline(asked.targetPipeline, given);
  const target = targetOf(await loadDefinition(id, version), asked);
  acceptFilters(asked.filters, target, secretNames(target, await typeOf(target.actionTypeId)));
  try {
    return { webhook: listWebhookItem(await untilUnchanged(() => save(asked, accepted, given))) };
  } catch (error) {
    if (error instanceof Changed)
      throw new Refusal('ConcurrentModificationException', `Others change the webhook '${asked.name}' at this time.`);
    throw error;
  }
};

async function save(
  asked: WebhookDefinition,
  tags: readonly Tag[] | undefined,
  { home, plain }: OperationGiven,
): Promise<Webhook> {
  const before = await readWebhook(asked.name);
  if (before && !plain) mustStay(before.webhook, asked);
  const urlId = before?.webhook.urlId ?? unguessableId();
  const listening = before && (await readListener(urlId));
  const definition = keepWebhookSecret(asked, listening?.definition.authenticationConfiguration.SecretToken);
  const arn = pipelineArn(home, `webhook:${asked.name}`);
  const webhook = {
    ...(before?.webhook ?? { urlId, url: webhookUrl(urlId), arn, tags: [] }),
    definition: maskWebhook(definition),
    ...(tags ? { tags } : {}),
  };
  await writeBoth(webhook, definition, before);
  return webhook;
}

async function writeBoth(webhook: Webhook, definition: WebhookDefinition, before?: WebhookRecord): Promise<void> {
  const { urlId, arn } = webhook;
  const writes = [putRecord(webhook, before?.rev), putListener(urlId, { definition, arn })];
  try {
    await write(before ? writes : [...writes, countWebhook(1)]);
  } catch (error) {
    if (error instanceof Changed && error.found[writes.length] && !error.found[0])
      throw new Refusal('LimitExceededException', `There are ${mostWebhooks} webhooks, as many as there may be.`);
    throw error;
  }
}

/** Who may put webhooks of one pipeline would otherwise take over those of another. */
function mustStay({ definition }: Webhook, { name, targetPipeline }: WebhookDefinition): void {
  if (definition.targetPipeline === targetPipeline) return;
  throw new Refusal(
    'ValidationException',
    `The webhook '${name}' is of another pipeline than '${targetPipeline}'. Delete it first, or take another name.`,
  );
}
