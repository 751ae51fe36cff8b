import { type Desk, type Operation, seconds, tagsOf } from '../operation.ts';
import { namedSecret, secretArn } from '../secret-id.ts';
import { stagesOf } from '../secret-value.ts';
import type { Secret } from '../store.ts';

/** DescribeSecret: everything but the value, also of a secret that is marked for deletion. */
export const describeSecret: Operation = (input, desk) => {
  const secret = namedSecret(desk.store, input, desk.context);
  return { ...describe(secret, desk.context), VersionIdsToStages: versionStages(secret, desk) };
};

/** What DescribeSecret and ListSecrets both tell of a secret. */
export function describe(secret: Secret, context: Desk['context']) {
  const tags = tagsOf(secret);
  return {
    ARN: secretArn(secret, context),
    Name: secret.name,
    Description: secret.description ?? undefined,
    KmsKeyId: secret.kmsKeyId ?? undefined,
    CreatedDate: seconds(secret.created),
    LastChangedDate: seconds(secret.changed),
    LastAccessedDate: seconds(secret.accessed),
    DeletedDate: seconds(secret.deleted),
    Tags: tags.length === 0 ? undefined : tags,
  };
}

/** The labels of each version that has any. */
export function versionStages(
  { name }: Secret,
  { store }: Desk,
): Readonly<Record<string, readonly string[]>> | undefined {
  const ids = [...new Set(store.stages(name).values())];
  return ids.length === 0 ? undefined : Object.fromEntries(ids.map((id) => [id, stagesOf(store, name, id)]));
}
