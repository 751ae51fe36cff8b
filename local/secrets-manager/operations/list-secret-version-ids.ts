import { flag, integer, text } from '../input.ts';
import { type Operation, seconds } from '../operation.ts';
import { page } from '../page.ts';
import { namedSecret, secretArn } from '../secret-id.ts';
import { stagesOf } from '../secret-value.ts';

/** ListSecretVersionIds: newest first; versions without a label only when asked. */
export const listSecretVersionIds: Operation = (input, { store, context }) => {
  const secret = namedSecret(store, input, context);
  const deprecated = flag(input, 'IncludeDeprecated');
  const versions = store
    .versions(secret.name)
    .map(({ id, created }) => ({
      VersionId: id,
      VersionStages: stagesOf(store, secret.name, id),
      CreatedDate: seconds(created),
    }))
    .filter(({ VersionStages }) => deprecated || VersionStages.length > 0);
  const { items, NextToken } = page(versions, text(input, 'NextToken'), integer(input, 'MaxResults', 1, 100) ?? 100);
  return { ARN: secretArn(secret, context), Name: secret.name, Versions: items, NextToken };
};
