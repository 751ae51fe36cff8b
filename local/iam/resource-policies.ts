import type { Resource, ResourceHandler } from '../service.ts';
import { readPolicy } from './evaluate/policy.ts';

/** Where each type of resource has a policy. */
const POLICIES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
};

/** The handlers, those of resources' policies refusing what AWS would refuse, and what nothing could ever match or judge. */
export function checkingPolicies(
  handlers: Readonly<Record<string, ResourceHandler>>,
): Readonly<Record<string, ResourceHandler>> {
  const checked = Object.entries(POLICIES).flatMap(([type, property]) => {
    const handler = handlers[type];
    if (handler === undefined) return [];
    const checking: ResourceHandler = (resource: Resource) => {
      readPolicy('resource', `${property} of ${resource.logicalId}`, resource.properties[property]);
      return handler(resource);
    };
    return [[type, checking] as const];
  });
  return { ...handlers, ...Object.fromEntries(checked) };
}
