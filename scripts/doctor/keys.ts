import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { type Finding, lookingAt, missing, ok, whyNot } from './finding.ts';
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
  return lookingAt(name, async () => {
    const found = await keyOf(place, key);
    if (found === 'of AWS') return [];
    const { arn, state } = found;
    if (state !== undefined && state !== 'Enabled')
      return missing(`${name} is enabled`, `it is ${state}`, { do: `aws kms enable-key --key-id ${arn}` });
    const context = { 'kms:ViaService': `${service}.${place.region}.amazonaws.com` };
    const asked = { ...context, 'kms:CallerAccount': place.accountId };
    const allowed = async (action: string, resource: string) => {
      return admits('key', await policyOf(place, arn), { who: role, action, resource, context: asked, alone: true });
    };
    const right = { purpose: name, role, actions, on: [arn], allowed };
    return [...(await rightOn(place, right, context)), ...(await byPolicy(place, use, name, arn, asked))];
  });
}

/** The statement that is printed has no condition, as the documented one. */
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
    const refused = actions.filter((action) => !admits('key', policy, { who: role, action, resource: arn, context }));
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
    const { Policy } = await account.kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
    return JSON.parse(String(Policy));
  });
}

/** A key, by id, ARN or alias. Of one that may not be described the ARN is enough. */
function keyOf({ account }: Place, key: string): Promise<'of AWS' | { readonly arn: string; readonly state?: string }> {
  return account.once(`key ${key}`, async () => {
    if (/(^|:)alias\/aws\//.test(key)) return 'of AWS';
    try {
      const { KeyMetadata } = await account.kms.send(new DescribeKeyCommand({ KeyId: key }));
      const { Arn = key, KeyManager, KeyState = '' } = KeyMetadata ?? {};
      return KeyManager === 'AWS' ? 'of AWS' : { arn: Arn, state: KeyState };
    } catch (error) {
      whyNot(error);
      if (/^arn:[^:]+:kms:[^:]+:\d+:key\/[\w-]+$/.test(key)) return { arn: key };
      throw error;
    }
  });
}
