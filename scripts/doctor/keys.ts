import { CannotLook, type Finding, lookingAt, missing, ok } from './finding.ts';
import type { Place } from './place.ts';
import { admits } from './policies.ts';
import { mayDo } from './rights.ts';
import { roleName } from './roles.ts';

/** What a role does with a key, always by way of a service. */
export interface KeyUse {
  readonly purpose: string;
  readonly role: string;
  readonly key: string;
  readonly actions: readonly ('kms:Decrypt' | 'kms:GenerateDataKey')[];
  /** Such as `s3`. */
  readonly service: string;
}

/** Looks whether a role may use a key: by its own policies, and by the key's. A key of AWS's own admits everybody of the account. */
export async function mayUseKey(place: Place, use: KeyUse): Promise<readonly Finding[]> {
  const { purpose, role, key, actions, service } = use;
  const name = `${purpose}: the key ${key.slice(key.lastIndexOf('/') + 1)}`;
  const looked = await lookingAt(name, async () => {
    const arn = await keyArn(place, key);
    if (arn === undefined) return [];
    const context = { 'kms:ViaService': `${service}.${place.region}.amazonaws.com` };
    // The context is not asked for by the printed statement: the documented one has none.
    const right = { purpose: name, role, actions, on: [arn] };
    return [...(await rightOn(place, right, context)), ...(await byPolicy(place, use, name, arn, context))];
  });
  return looked;
}

async function rightOn(
  place: Place,
  right: Parameters<typeof mayDo>[1],
  context: Readonly<Record<string, string>>,
): Promise<readonly Finding[]> {
  const findings = await mayDo(place, { ...right, context });
  return findings.map((found) => {
    if (found.status !== 'MISSING' || !('statement' in found.remedy)) return found;
    const { Condition: _, ...statement } = found.remedy.statement as Readonly<Record<string, unknown>>;
    return { ...found, remedy: { ...found.remedy, statement } };
  });
}

async function byPolicy(
  place: Place,
  { role, actions }: KeyUse,
  name: string,
  arn: string,
  context: Readonly<Record<string, string>>,
): Promise<readonly Finding[]> {
  const what = `${name}: its own policy admits the role ${roleName(role)}`;
  return lookingAt(what, async () => {
    const policy = await policyOf(place, arn);
    const asked = { ...context, 'kms:CallerAccount': place.accountId };
    const refused = actions.filter(
      (action) => !admits('key', policy, { who: role, action, resource: arn, context: asked }),
    );
    if (refused.length === 0) return ok(what);
    const statement = { Effect: 'Allow', Principal: { AWS: role }, Action: refused, Resource: '*' };
    return missing(what, `it does not allow ${refused.join(', ')}`, {
      where: `the policy of the key ${arn}`,
      statement,
    });
  });
}

function policyOf({ account }: Place, arn: string): Promise<unknown> {
  return account.once(`key policy ${arn}`, async () => {
    const { Policy } = await account.json('kms', 'TrentService.GetKeyPolicy', { KeyId: arn, PolicyName: 'default' });
    return JSON.parse(String(Policy));
  });
}

/** The ARN of a key that is named by id, ARN or alias; undefined for a key of AWS's own. */
async function keyArn({ account }: Place, key: string): Promise<string | undefined> {
  if (/^arn:[^:]+:kms:[^:]+:\d+:key\//.test(key)) return key;
  if (/(^|:)alias\/aws\//.test(key)) return undefined;
  return account.once(`key ${key}`, async () => {
    const { KeyMetadata } = await account.json('kms', 'TrentService.DescribeKey', { KeyId: key });
    const { Arn, KeyManager, KeyState } = (KeyMetadata ?? {}) as Readonly<Record<string, string>>;
    if (KeyState !== 'Enabled') throw new CannotLook(`the key is ${KeyState}`);
    return KeyManager === 'AWS' ? undefined : Arn;
  });
}
