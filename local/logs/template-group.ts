import type { Resource, ResourceValues } from '../service.ts';
import { checkGroupName, groupArn } from './names.ts';
import type { Desk } from './operation.ts';
import { checkRetention } from './operations/put-retention-policy.ts';

const PROPERTIES = [
  'LogGroupName',
  'RetentionInDays',
  'KmsKeyId',
  'LogGroupClass',
  'Tags',
  'DeletionProtectionEnabled',
];

/** `AWS::Logs::LogGroup`: makes the group, or brings it to its properties. */
export function makeLogGroup(
  { logicalId, name: ownName, properties = {} }: Resource,
  { store, context, now }: Desk,
): ResourceValues {
  refuseOthers(logicalId, properties);
  const name = checkGroupName(properties.LogGroupName ?? ownName);
  const tags = JSON.stringify(
    Object.fromEntries((properties.Tags ?? []).map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value])),
  );
  const kmsKeyId: string | null = properties.KmsKeyId ?? null;
  if (store.group(name) === undefined) store.addGroup(name, now, kmsKeyId, tags);
  const group = store.group(name);
  if (group === undefined) throw new Error(`${logicalId}: the log group ${name} is gone.`);
  const days = properties.RetentionInDays;
  const retention = days === undefined ? null : checkRetention(Number(days));
  if (group.retention !== retention || group.kmsKeyId !== kmsKeyId || group.tags !== tags) {
    store.changeGroup(group.id, { retention, kmsKeyId, tags });
  }
  return { ref: name, attributes: { Arn: `${groupArn(name, context)}:*` } };
}

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are as the template has them.
function refuseOthers(logicalId: string, properties: any): void {
  const other = Object.keys(properties).find((property) => !PROPERTIES.includes(property));
  if (other !== undefined)
    throw new Error(`${logicalId}: the local stack does not know the property ${other} of a log group.`);
  if ((properties.LogGroupClass ?? 'STANDARD') !== 'STANDARD') {
    throw new Error(`${logicalId}: the local stack has log groups of class STANDARD, not ${properties.LogGroupClass}.`);
  }
  if (String(properties.DeletionProtectionEnabled ?? false) !== 'false') {
    throw new Error(`${logicalId}: the local stack does not protect log groups from deletion.`);
  }
}
