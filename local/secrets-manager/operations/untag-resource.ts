import { list } from '../input.ts';
import { type Operation, tagsOf } from '../operation.ts';
import { liveSecret } from '../secret-id.ts';

/** UntagResource: removes tags by key; keys that are not there are passed over. */
export const untagResource: Operation = (input, { store, context, now }) => {
  const secret = liveSecret(store, input, context);
  const keys = (list(input, 'TagKeys') ?? []).map(String);
  const tags = tagsOf(secret).filter(({ Key }) => !keys.includes(Key));
  store.change(secret.name, { tags: JSON.stringify(tags), changed: now });
  return {};
};
