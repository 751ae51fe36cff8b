import { type ResourceHandler, ServiceError, type StackContext } from '../service.ts';
import { stableUuid } from '../unique-id.ts';
import { policyDocument, refuseOthers } from './policy-document.ts';

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
 * Handles AWS::KMS::Key: Ref is the key's id. The key has a name that others can refer to and a policy that is checked, but it
 * encrypts nothing: what the local stack keeps lies in the clear on the disk of the person who runs it.
 */
export function keyHandler({ account, partition, region }: StackContext): ResourceHandler {
  return ({ logicalId, name, properties }) => {
    refuseOthers(logicalId, properties, KNOWN);
    if (properties.KeyPolicy !== undefined) policyDocument(`KeyPolicy of ${logicalId}`, properties.KeyPolicy);
    const id = stableUuid(partition, account, region, name);
    return { ref: id, attributes: { Arn: `arn:${partition}:kms:${region}:${account}:key/${id}`, KeyId: id } };
  };
}

/** Handles AWS::KMS::Alias: Ref is the alias. */
export const aliasHandler: ResourceHandler = ({ logicalId, properties }) => {
  refuseOthers(logicalId, properties, ['AliasName', 'TargetKeyId']);
  const { AliasName: alias, TargetKeyId: target } = properties;
  if (!String(alias).startsWith('alias/') || target === undefined) {
    throw new ServiceError(
      'ValidationError',
      `${logicalId} needs a TargetKeyId and an AliasName that begins with alias/.`,
    );
  }
  return { ref: alias, attributes: {} };
};
