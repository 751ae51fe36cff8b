import type { Resource } from '../service.ts';
import { ServiceError } from '../service.ts';

const PROPERTIES = new Set(
  `Name Description Source SecondarySources SourceVersion SecondarySourceVersions Artifacts SecondaryArtifacts Cache Environment ServiceRole TimeoutInMinutes
  QueuedTimeoutInMinutes EncryptionKey Tags VpcConfig BadgeEnabled LogsConfig FileSystemLocations BuildBatchConfig ConcurrentBuildLimit AutoRetryLimit`.split(
    /\s+/,
  ),
);
const TEXT = new Set(['name', 'value', 'buildspec', 'description', 'key', 'sourceVersion']);

/** CreateProject's input for an `AWS::CodeBuild::Project`; refuses a property that the local stack would ignore. */
export function projectInput({ logicalId, name, properties }: Resource): Record<string, unknown> {
  for (const property of Object.keys(properties)) {
    if (PROPERTIES.has(property)) continue;
    throw new ServiceError(
      'InvalidInputException',
      `The local stack has no property ${property} of AWS::CodeBuild::Project (${logicalId}).`,
    );
  }
  return { name, ...(memberNames(properties) as object) };
}

/** CloudFormation's `BuildSpec` and `ServiceRole` as the API's `buildspec` and `serviceRole`; its texts "true" and "60" as what they mean. */
function memberNames(value: unknown, member = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => memberNames(item));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, of]) => {
      const apiName = name === 'BuildSpec' ? 'buildspec' : name.charAt(0).toLowerCase() + name.slice(1);
      return [apiName, memberNames(of, apiName)] as const;
    });
    return Object.fromEntries(members);
  }
  if (TEXT.has(member)) return String(value);
  if (value === 'true' || value === 'false') return value === 'true';
  return /(Minutes|Limit)$/.test(member) ? Number(value) : value;
}
