import { Changed, untilUnchanged, write } from '../../aws/table.ts';
import { countWebhook, readWebhook, removeListener, removeWebhook } from '../../aws/webhook-record.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Operation } from '../operation.ts';

/** DeleteWebhook: from here on nothing listens at its URL. A name that is not there is deleted already. */
export const deleteWebhook: Operation<{ name: string }> = async ({ name }) => {
  try {
    await untilUnchanged(async () => {
      const found = await readWebhook(name);
      if (found) await write([removeWebhook(name, found.rev), removeListener(found.webhook.urlId), countWebhook(-1)]);
    });
  } catch (error) {
    if (error instanceof Changed)
      throw new Refusal('ConcurrentModificationException', `Others change the webhook '${name}' at this time.`);
    throw error;
  }
  return undefined;
};
