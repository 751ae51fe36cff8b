import { createHash } from 'node:crypto';
import type { StackContext } from '../service.ts';

/** A role as its ARN names it. */
export interface Role {
  readonly arn: string;
  /** The last part: what stands in the ARN of its sessions. */
  readonly name: string;
  /** `AROA` and 17 characters: IAM makes one up, here it is drawn from the ARN. */
  readonly id: string;
}

/** Reads the ARN of a role of this account; undefined for anything else. */
export function readRole(arn: string, { account, partition }: StackContext): Role | undefined {
  const prefix = `arn:${partition}:iam::${account}:role/`;
  const path = arn.startsWith(prefix) ? arn.slice(prefix.length) : '';
  if (!/^([\x21-\x7e]*\/)?[\w+=,.@-]{1,64}$/.test(path)) return undefined;
  return { arn, name: path.split('/').at(-1) ?? '', id: roleId(arn) };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function roleId(arn: string): string {
  const digest = createHash('sha256').update(arn).digest().subarray(0, 17);
  return `AROA${[...digest].map((byte) => LETTERS[byte % 32]).join('')}`;
}
