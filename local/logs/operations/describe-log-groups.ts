import { invalidParameter, limit, refuse, text } from '../input.ts';
import { groupArn } from '../names.ts';
import type { Operation } from '../operation.ts';
import { page } from '../page.ts';

/** DescribeLogGroups: by name, by a prefix, or by a part of the name in any case of letters. */
export const describeLogGroups: Operation = (input, { store, context }) => {
  refuse(input, ['accountIdentifiers', 'includeLinkedAccounts', 'logGroupIdentifiers']);
  const prefix = text(input, 'logGroupNamePrefix');
  const pattern = text(input, 'logGroupNamePattern');
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter('Give logGroupNamePrefix or logGroupNamePattern, not both.');
  }
  const standard = (text(input, 'logGroupClass') ?? 'STANDARD') === 'STANDARD';
  const found = store
    .groups()
    .filter(({ name }) => standard && name.startsWith(prefix ?? '') && contains(name, pattern ?? ''));
  const { items, nextToken } = page(found, ({ name }) => name, text(input, 'nextToken'), limit(input, 50));
  const logGroups = items.map(({ id, name, created, retention, kmsKeyId }) => ({
    logGroupName: name,
    creationTime: created,
    retentionInDays: retention ?? undefined,
    metricFilterCount: 0,
    arn: `${groupArn(name, context)}:*`,
    storedBytes: store.storedBytes(id),
    kmsKeyId: kmsKeyId ?? undefined,
    logGroupClass: 'STANDARD',
    logGroupArn: groupArn(name, context),
  }));
  return { logGroups, nextToken };
};

function contains(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.toLowerCase());
}
