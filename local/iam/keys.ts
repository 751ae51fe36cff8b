import { type ResourceHandler, ServiceError, type StackContext } from '../service.ts';
import { stableUuid } from '../unique-id.ts';
import { type PolicyDocument, policyDocument, refuseOthers } from './policy-document.ts';

/** A key of the template: who may use it is judged, though it encrypts nothing. */
export interface Key {
  readonly arn: string;
  readonly id: string;
  readonly policy: PolicyDocument;
}

/** An alias of a key: its name, and the id or ARN that it stands for. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

const KNOWN = [
  ...[
    'Description',
    'EnableKeyRotation',
    'Enabled',
    'KeyPolicy',
    'KeySpec',
    'KeyUsage',
    'MultiRegion',
    'PendingWindowInDays',
  ],
  ...['RotationPeriodInDays', 'Tags'],
];

/**
 * Handles AWS::KMS::Key: Ref is the key's id. The key has a name that others can refer to and a policy that is enforced, but it
 * encrypts nothing: what the local stack keeps lies in the clear on the disk of the person who runs it.
 */
export function keyHandler(context: StackContext, keep: (key: Key) => void): ResourceHandler {
  const { account, partition, region } = context;
  return ({ logicalId, name, properties }) => {
    refuseOthers(logicalId, properties, KNOWN);
    const where = `KeyPolicy of ${logicalId}`;
    const policy = policyDocument(where, properties.KeyPolicy ?? defaultPolicy(context), 'key');
    const id = stableUuid(partition, account, region, name);
    const arn = `arn:${partition}:kms:${region}:${account}:key/${id}`;
    keep({ arn, id, policy });
    return { ref: id, attributes: { Arn: arn, KeyId: id } };
  };
}

/** Handles AWS::KMS::Alias: Ref is the alias. */
export function aliasHandler(keep: (alias: Alias) => void): ResourceHandler {
  return ({ logicalId, properties }) => {
    refuseOthers(logicalId, properties, ['AliasName', 'TargetKeyId']);
    const { AliasName: alias, TargetKeyId: target } = properties;
    if (!String(alias).startsWith('alias/') || target === undefined) {
      throw new ServiceError(
        'ValidationError',
        `${logicalId} needs a TargetKeyId and an AliasName that begins with alias/.`,
      );
    }
    keep({ name: alias, target });
    return { ref: alias, attributes: {} };
  };
}

/** The policy of a key that is made without one: the account decides (KMS Developer Guide, "Default key policy"). */
function defaultPolicy({ account, partition }: StackContext): object {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}
