import { createHash } from 'node:crypto';
import type { StackContext } from '../service.ts';
import { element, leaf } from './xml.ts';

/** The elements that name the account by its canonical user id, which S3 makes of 64 hexadecimal digits. */
export function ownerElement({ account }: StackContext, name = 'Owner'): string {
  return element(name, leaf('ID', canonicalId(account)), leaf('DisplayName', account));
}

/** An access control list that gives the owner everything, and what a canned ACL adds. */
export function accessControl(context: StackContext, acl: string): string {
  const groups: Readonly<Record<string, readonly (readonly [group: string, permission: string])[]>> = {
    'public-read': [['AllUsers', 'READ']],
    'public-read-write': [
      ['AllUsers', 'READ'],
      ['AllUsers', 'WRITE'],
    ],
    'authenticated-read': [['AuthenticatedUsers', 'READ']],
  };
  const owner = leaf('ID', canonicalId(context.account)) + leaf('DisplayName', context.account);
  const grants = (groups[acl] ?? []).map(([group, permission]) =>
    grant('Group', leaf('URI', `http://acs.amazonaws.com/groups/global/${group}`), permission),
  );
  const list = element('AccessControlList', grant('CanonicalUser', owner, 'FULL_CONTROL'), ...grants);
  return ownerElement(context) + list;
}

function grant(type: string, grantee: string, permission: string): string {
  const namespace = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  return element(
    'Grant',
    `<Grantee ${namespace} xsi:type="${type}">${grantee}</Grantee>`,
    leaf('Permission', permission),
  );
}

function canonicalId(account: string): string {
  return createHash('sha256').update(account).digest('hex');
}
