import type { Resource, ResourceHandler, ResourceValues } from '../../service.ts';
import {
  changeSettings,
  createBucket,
  type Encryption,
  findBucket,
  INITIAL_SETTINGS,
  OWNERSHIPS,
  PUBLIC_ACCESS_BLOCKS,
  type PublicAccessBlock,
  type Settings,
  type Website,
} from '../buckets.ts';
import { invalidArgument } from '../errors.ts';
import { checkEncryption } from '../facts.ts';
import { checkWebsite } from '../operations/bucket-website.ts';
import type { S3State } from '../state.ts';
import { checkTags } from '../tagging.ts';
import { lifecycleRules } from './lifecycle.ts';
import { refuseOthers } from './properties.ts';

type Changes = { readonly [K in keyof Settings]?: Settings[K] | undefined };
// biome-ignore lint/suspicious/noExplicitAny: properties are as the template has them.
type Properties = any;

/**
 * AWS::S3::Bucket: made when it is missing; brought to its properties when the template changed them, as CloudFormation does,
 * so that what was configured through the API since then stays.
 */
export function bucketHandler(s3: S3State): ResourceHandler {
  return (resource) => {
    const name: string = resource.properties.BucketName ?? bucketName(resource.name);
    const template = JSON.stringify(resource.properties);
    s3.tables.write(() => {
      const bucket = findBucket(s3, name);
      if (!bucket) createBucket(s3, name, INITIAL_SETTINGS);
      if (bucket?.settings.template === template) return;
      const { versioning, ...changes } = settingsOf(resource);
      const suspended = bucket?.settings.versioning ? 'Suspended' : undefined;
      changeSettings(s3, name, { ...changes, versioning: versioning ?? suspended, template });
    });
    return valuesOf(s3, name);
  };
}

function valuesOf({ context }: S3State, name: string): ResourceValues {
  const host = new URL(context.endpoint).host;
  return {
    ref: name,
    attributes: {
      Arn: `arn:${context.partition}:s3:::${name}`,
      DomainName: `${host}/${name}`,
      RegionalDomainName: `${host}/${name}`,
      WebsiteURL: `${context.endpoint}/sites/${name}`,
    },
  };
}

/** A physical name in the letters that buckets may have. */
function bucketName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

function settingsOf(resource: Resource): Changes {
  const {
    BucketName: _,
    VersioningConfiguration,
    BucketEncryption,
    PublicAccessBlockConfiguration,
    ...rest
  } = resource.properties;
  const {
    LifecycleConfiguration,
    OwnershipControls,
    NotificationConfiguration,
    WebsiteConfiguration,
    Tags,
    ...others
  } = rest;
  refuseOthers(resource, others);
  return {
    versioning: VersioningConfiguration?.Status,
    encryption: encryptionOf(resource, BucketEncryption),
    publicAccessBlock: publicAccessBlockOf(resource, PublicAccessBlockConfiguration),
    ownership: ownershipOf(OwnershipControls),
    eventBridge: eventBridgeOf(resource, NotificationConfiguration),
    website: websiteOf(resource, WebsiteConfiguration),
    lifecycle: lifecycleRules(resource, LifecycleConfiguration),
    tags: tagsOf(Tags),
  };
}

function encryptionOf(resource: Resource, configuration: Properties): Encryption {
  if (configuration === undefined) return INITIAL_SETTINGS.encryption;
  const [rule, ...more] = configuration.ServerSideEncryptionConfiguration;
  const { ServerSideEncryptionByDefault: byDefault, BucketKeyEnabled, ...others } = rule;
  refuseOthers(resource, more.length > 0 ? { 'a second rule': more } : others, 'BucketEncryption.');
  return checkEncryption({
    algorithm: byDefault?.SSEAlgorithm ?? 'AES256',
    ...(byDefault?.KMSMasterKeyID === undefined ? {} : { keyId: byDefault.KMSMasterKeyID }),
    ...(BucketKeyEnabled === undefined ? {} : { bucketKey: String(BucketKeyEnabled) === 'true' }),
  });
}

function publicAccessBlockOf(resource: Resource, configuration: Properties): PublicAccessBlock | undefined {
  if (configuration === undefined) return INITIAL_SETTINGS.publicAccessBlock;
  const others = Object.fromEntries(
    Object.entries(configuration).filter(([name]) => !(PUBLIC_ACCESS_BLOCKS as readonly string[]).includes(name)),
  );
  refuseOthers(resource, others, 'PublicAccessBlockConfiguration.');
  return Object.fromEntries(
    PUBLIC_ACCESS_BLOCKS.map((name) => [name, String(configuration[name]) === 'true']),
  ) as PublicAccessBlock;
}

function ownershipOf(controls: Properties): Settings['ownership'] {
  if (controls === undefined) return INITIAL_SETTINGS.ownership;
  const name = controls.Rules?.[0]?.ObjectOwnership;
  const ownership = OWNERSHIPS.find((known) => known === name);
  if (!ownership) throw invalidArgument('ObjectOwnership', String(name), "The object ownership is not one of S3's.");
  return ownership;
}

function eventBridgeOf(resource: Resource, configuration: Properties): boolean {
  const { EventBridgeConfiguration, ...others } = configuration ?? {};
  refuseOthers(resource, others, 'NotificationConfiguration.');
  return (
    EventBridgeConfiguration !== undefined && String(EventBridgeConfiguration.EventBridgeEnabled ?? true) === 'true'
  );
}

function websiteOf(resource: Resource, configuration: Properties): Website | undefined {
  if (configuration === undefined) return undefined;
  const { IndexDocument, ErrorDocument, RedirectAllRequestsTo, ...others } = configuration;
  refuseOthers(resource, others, 'WebsiteConfiguration.');
  if (RedirectAllRequestsTo) {
    const { HostName: host, Protocol: protocol } = RedirectAllRequestsTo;
    return checkWebsite({ redirectTo: { host, ...(protocol === undefined ? {} : { protocol }) } });
  }
  return checkWebsite({ index: IndexDocument ?? '', ...(ErrorDocument === undefined ? {} : { error: ErrorDocument }) });
}

function tagsOf(tags: Properties): Settings['tags'] {
  return (
    tags &&
    checkTags(
      tags.map(({ Key, Value }: Properties) => ({ key: Key, value: String(Value) })),
      50,
    )
  );
}
