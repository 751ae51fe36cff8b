import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceValues } from '../../../local/service.ts';
import { newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

let dir: string;
let stage: Stage;

beforeEach(async () => {
  dir = newFolder();
  stage = await openStage(dir);
});

afterEach(async () => {
  await stage.close();
  removeFolder(dir);
});

async function make(type: string, properties: object): Promise<ResourceValues> {
  const handler = stage.service.resources[type];
  if (!handler) throw new Error(`${type} is not there.`);
  return handler({ logicalId: 'Site', name: 'Stack-Site-1A2B', type, properties });
}

const bucket = (properties: object) => make('AWS::S3::Bucket', properties);

describe('AWS::S3::Bucket', () => {
  it('is made under its name, or one that is derived', async () => {
    const named = await bucket({ BucketName: 'mine' });
    const derived = await bucket({});

    expect(named).toEqual({
      ref: 'mine',
      attributes: {
        Arn: 'arn:aws:s3:::mine',
        DomainName: `${stage.endpoint.slice('http://'.length)}/mine`,
        RegionalDomainName: `${stage.endpoint.slice('http://'.length)}/mine`,
        WebsiteURL: `${stage.endpoint}/sites/mine`,
      },
    });
    expect(derived.ref).toBe('stack-site-1a2b');
  });

  it('has the settings of its properties', async () => {
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key' };
    const { ref: Bucket } = await bucket({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      WebsiteConfiguration: { IndexDocument: 'index.html', ErrorDocument: '404.html' },
      LifecycleConfiguration: {
        Rules: [
          { Id: 'a', Status: 'Enabled', Prefix: 'tmp/', ExpirationInDays: 3 },
          {
            Id: 'b',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 },
          },
          { Id: 'c', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ],
      },
      Tags: [{ Key: 'team', Value: 'x' }],
    });

    const { client } = stage;
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const encryption = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true },
    ]);
    expect(await client.send(new GetBucketWebsiteCommand({ Bucket }))).toMatchObject({
      IndexDocument: { Suffix: 'index.html' },
      ErrorDocument: { Key: '404.html' },
    });
    expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject([
      { ID: 'a', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } },
      { ID: 'b', NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 } },
      { ID: 'c', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
    expect((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([{ Key: 'team', Value: 'x' }]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(stage.events).toHaveLength(1);
  });

  it('keeps its objects, and what the API changed, when it is made again as it was', async () => {
    const properties = { VersioningConfiguration: { Status: 'Enabled' } };
    const { ref: Bucket } = await bucket(properties);
    await stage.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await stage.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await stage.close();
    stage = await openStage(dir);

    await bucket(properties);

    const { Body } = await stage.client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await Body?.transformToString()).toBe('kept');
    expect((await stage.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
  });

  it('follows the template when that changes', async () => {
    const { ref: Bucket } = await bucket({
      VersioningConfiguration: { Status: 'Enabled' },
      WebsiteConfiguration: { IndexDocument: 'i' },
    });

    await bucket({ Tags: [{ Key: 'a', Value: 'b' }] });

    expect((await stage.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
    const website = stage.client.send(new GetBucketWebsiteCommand({ Bucket }));
    expect(await refusal(website)).toBe('NoSuchWebsiteConfiguration');
    expect((await stage.client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toHaveLength(1);
  });

  it.each([
    [{ CorsConfiguration: {} }, 'CorsConfiguration'],
    [{ NotificationConfiguration: { QueueConfigurations: [] } }, 'NotificationConfiguration.QueueConfigurations'],
    [{ WebsiteConfiguration: { IndexDocument: 'i', RoutingRules: [] } }, 'WebsiteConfiguration.RoutingRules'],
    [
      { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Transitions: [] }] } },
      'LifecycleConfiguration.Rules.Transitions',
    ],
    [{ PublicAccessBlockConfiguration: { Typo: true } }, 'PublicAccessBlockConfiguration.Typo'],
  ])('refuses properties that it would ignore: %j', async (properties, name) => {
    await expect(bucket(properties)).rejects.toThrow(
      `Site: the local stack's AWS::S3::Bucket has no property ${name}.`,
    );
  });
});

describe('AWS::S3::BucketPolicy', () => {
  it('is what GetBucketPolicy answers', async () => {
    const { ref: Bucket } = await bucket({});
    const PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*' }] };

    const { ref } = await make('AWS::S3::BucketPolicy', { Bucket, PolicyDocument });

    const { Policy } = await stage.client.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy ?? '')).toEqual(PolicyDocument);
    expect(ref).toBe(Bucket);
  });

  it('needs its bucket and a policy', async () => {
    await bucket({ BucketName: 'mine' });
    const of = (Bucket: string, PolicyDocument: object) => make('AWS::S3::BucketPolicy', { Bucket, PolicyDocument });

    expect(await refusal(of('nowhere', { Statement: [] }))).toBe('NoSuchBucket');
    expect(await refusal(of('mine', {}))).toBe('MalformedPolicy');
  });
});

describe('putObject of the other services', () => {
  it('puts a small object', async () => {
    const { ref: Bucket } = await bucket({});

    await stage.service.putObject(Bucket, 'a/b', 'text');

    const { Body } = await stage.client.send(new GetObjectCommand({ Bucket, Key: 'a/b' }));
    expect(await Body?.transformToString()).toBe('text');
    expect(await refusal(stage.service.putObject('nowhere', 'a', 'x'))).toBe('NoSuchBucket');
  });
});
