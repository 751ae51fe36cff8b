import { type Operation, tagsOf } from '../operation.ts';
import { liveSecret } from '../secret-id.ts';
import { mergeTags, readTags } from '../tags.ts';

/** TagResource: adds tags, or changes their values. */
export const tagResource: Operation = (input, { store, context, now }) => {
  const secret = liveSecret(store, input, context);
  const tags = mergeTags(tagsOf(secret), readTags(input));
  store.change(secret.name, { tags: JSON.stringify(tags), changed: now });
  return {};
};
