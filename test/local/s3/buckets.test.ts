import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

const Bucket = 'settings';
let dir: string;
let stage: Stage;

beforeEach(async () => {
  dir = newFolder();
  stage = await openStage(dir);
  await create(Bucket);
});

afterEach(async () => {
  expect(stage.faults).toEqual([]);
  await stage.close();
  removeFolder(dir);
});

function create(name: string, more: Partial<CreateBucketCommandInput> = {}) {
  return stage.client.send(new CreateBucketCommand({ Bucket: name, ...more }));
}

async function restart(): Promise<void> {
  await stage.close();
  stage = await openStage(dir);
}

describe('buckets', () => {
  it('are listed by name, in pages', async () => {
    await create('another');
    await create('third');

    const { Buckets, Owner } = await stage.client.send(new ListBucketsCommand({}));
    const first = await stage.client.send(new ListBucketsCommand({ MaxBuckets: 2 }));
    const second = await stage.client.send(new ListBucketsCommand({ ContinuationToken: first.ContinuationToken }));

    expect(Buckets?.map(({ Name }) => Name)).toEqual(['another', Bucket, 'third']);
    expect(Owner?.DisplayName).toBe('000000000000');
    expect(second.Buckets?.map(({ Name }) => Name)).toEqual(['third']);
  });

  it('are made once, under names that S3 takes, in this Region', async () => {
    const LocationConstraint = 'us-west-2' as const;

    expect(await refusal(create(Bucket))).toBe('BucketAlreadyOwnedByYou');
    for (const name of ['UPPER', 'a', 'has_underscore', '-a-b', 'a..b', '10.0.0.1', 'x'.repeat(64)]) {
      expect(await refusal(create(name))).toBe('InvalidBucketName');
    }
    expect(await refusal(create('west', { CreateBucketConfiguration: { LocationConstraint } }))).toBe(
      'IllegalLocationConstraintException',
    );
    await create('here', { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  });

  it('tell where and whether they are', async () => {
    const head = await stage.client.send(new HeadBucketCommand({ Bucket }));
    const { LocationConstraint } = await stage.client.send(new GetBucketLocationCommand({ Bucket }));

    expect(head.BucketRegion).toBe('eu-west-1');
    expect(LocationConstraint).toBe('eu-west-1');
    expect(await refusal(stage.client.send(new HeadBucketCommand({ Bucket: 'nowhere' })))).toBe('NotFound');
  });

  it('go only when they are empty', async () => {
    await stage.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    const remove = () => stage.client.send(new DeleteBucketCommand({ Bucket }));

    expect(await refusal(remove())).toBe('BucketNotEmpty');
    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await remove();
    expect(await refusal(remove())).toBe('NoSuchBucket');
  });

  it('are of the owner that the request expects, or refused', async () => {
    const head = (ExpectedBucketOwner: string) =>
      stage.client.send(new GetBucketLocationCommand({ Bucket, ExpectedBucketOwner }));

    await head('000000000000');
    expect(await refusal(head('111111111111'))).toBe('AccessDenied');
  });

  it('name the operation that is not there, and where else to look', async () => {
    await expect(stage.client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringMatching(/GET \?cors on a bucket.*AWS_ENDPOINT_URL_S3/),
    });
  });

  it('refuse documents that are not well-formed', async () => {
    const send = async (body: string) => {
      const answer = await fetch(`${stage.endpoint}/${Bucket}?versioning`, { method: 'PUT', body });
      return answer.text();
    };
    const entity =
      '<!DOCTYPE x [<!ENTITY e "boom">]><VersioningConfiguration><Status>&e;</Status></VersioningConfiguration>';

    for (const body of ['', 'text', '<a>', '<a></b>', '<a/><b/>', '<a>&nope;</a>', '<a>&#xD800;</a>', '<', entity]) {
      expect(await send(body)).toContain('<Code>MalformedXML</Code>');
    }
    expect(await send('<a>'.repeat(10_000))).toContain('<Code>MalformedXML</Code>');
  });
});

describe('settings of a new bucket', () => {
  it('are private, encrypted and without ACLs', async () => {
    const { client } = stage;

    const block = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
    const encryption = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    const ownership = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    const acl = await client.send(new GetBucketAclCommand({ Bucket }));

    expect(Object.values(block.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect(acl.Grants).toMatchObject([{ Permission: 'FULL_CONTROL' }]);
  });

  it('are otherwise absent', async () => {
    const { client } = stage;

    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    expect(await refusal(client.send(new GetBucketPolicyCommand({ Bucket })))).toBe('NoSuchBucketPolicy');
    expect(await refusal(client.send(new GetBucketTaggingCommand({ Bucket })))).toBe('NoSuchTagSet');
    expect(await refusal(client.send(new GetBucketWebsiteCommand({ Bucket })))).toBe('NoSuchWebsiteConfiguration');
    const lifecycle = client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(await refusal(lifecycle)).toBe('NoSuchLifecycleConfiguration');
  });
});

describe('settings', () => {
  it('of all kinds are kept over a restart', async () => {
    const { client } = stage;
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*' }] });
    const Tagging = { TagSet: [{ Key: 'a & b', Value: '<c>' }] };
    const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: '404.html' } };
    const Rules = [
      { ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } },
      {
        ID: 'parts',
        Status: 'Disabled' as const,
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ];
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging }));
    await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    await client.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );

    await restart();

    const again = stage.client;
    expect((await again.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    expect((await again.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    expect((await again.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(Tagging.TagSet);
    expect(await again.send(new GetBucketWebsiteCommand({ Bucket }))).toMatchObject(WebsiteConfiguration);
    expect((await again.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
    const notification = await again.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(notification.EventBridgeConfiguration).toEqual({});
  });

  it('are changed and taken away', async () => {
    const { client } = stage;
    const website = { RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' as const } };
    const LifecycleConfiguration = {
      Rules: [{ Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
    };
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{"Statement":[{}]}' }));
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } }));
    await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: website }));
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    const { RedirectAllRequestsTo } = await client.send(new GetBucketWebsiteCommand({ Bucket }));

    await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    await client.send(new DeleteBucketTaggingCommand({ Bucket }));
    await client.send(new DeleteBucketWebsiteCommand({ Bucket }));
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }));

    expect(RedirectAllRequestsTo).toEqual(website.RedirectAllRequestsTo);
    expect(await refusal(client.send(new GetBucketPolicyCommand({ Bucket })))).toBe('NoSuchBucketPolicy');
    expect(await refusal(client.send(new GetBucketTaggingCommand({ Bucket })))).toBe('NoSuchTagSet');
    expect(await refusal(client.send(new GetBucketWebsiteCommand({ Bucket })))).toBe('NoSuchWebsiteConfiguration');
    expect(await refusal(client.send(new GetPublicAccessBlockCommand({ Bucket })))).toBe(
      'NoSuchPublicAccessBlockConfiguration',
    );
  });

  it('of access and encryption are replaced whole', async () => {
    const { client } = stage;
    const byDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'alias/mine' };
    const encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }] };
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };

    await client.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicPolicy: true } }),
    );
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: encryption }));
    await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));

    const block = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(block.PublicAccessBlockConfiguration).toMatchObject({ BlockPublicAcls: false, BlockPublicPolicy: true });
    const got = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(got.ServerSideEncryptionConfiguration).toEqual(encryption);
    const ownership = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(ownership.OwnershipControls).toEqual(OwnershipControls);
  });

  it('that would be ignored or are wrong are refused', async () => {
    const { client } = stage;
    const queue = { QueueArn: 'arn:aws:sqs:eu-west-1:000000000000:q', Events: ['s3:ObjectCreated:*' as const] };
    const notify = { NotificationConfiguration: { QueueConfigurations: [queue] } };
    const rule = { Redirect: { HostName: 'x' } };
    const routed = { IndexDocument: { Suffix: 'i' }, RoutingRules: [rule] };
    const rules = { Rules: [{ Status: 'Enabled' as const, Filter: { Prefix: '' } }] };

    const calls = [
      client.send(new PutBucketNotificationConfigurationCommand({ Bucket, ...notify })),
      client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: routed })),
      client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: 'a/b' } } })),
      client.send(new PutBucketPolicyCommand({ Bucket, Policy: 'not JSON' })),
      client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })),
      client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: rules })),
    ];

    expect(await Promise.all(calls.map(refusal))).toEqual([
      'NotImplemented',
      'NotImplemented',
      'InvalidArgument',
      'MalformedPolicy',
      'MalformedPolicy',
      'MalformedXML',
    ]);
  });
});
