import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { policy } from '../../local/sample/roles.ts';
import { recorderFromEnvironment } from '../../scripts/walk/recorder.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const { recorder } = recorderFromEnvironment();
/** The session policies with which Sluice's functions have assumed roles, by session name. */
const sessionPolicies = new Map<string, string>();

let test: TestStack;
let s3: S3Client;
let bucket: string;
beforeAll(async () => {
  test = await startTestStack({
    functions: await buildWithNoOp(),
    recorder: {
      event: (event) => recorder?.event(event),
      access: (judged) => recorder?.access(judged),
      call(call) {
        recorder?.call(call);
        const form = new URLSearchParams(call.operation === 'AssumeRole' ? String(call.body) : '');
        const name = form.get('RoleSessionName');
        if (name !== null) sessionPolicies.set(name, form.get('Policy') ?? '');
      },
    },
  });
  s3 = client(administrator);
  bucket = test.stack.outputs['BucketName'] ?? '';
});
afterAll(() => test?.close());

function client(credentials: NonNullable<S3ClientConfig['credentials']>): S3Client {
  const { endpoint, region } = test.stack;
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
}

const put = (Key: string, more: Partial<PutObjectCommandInput> = {}, by = s3) =>
  by.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key, ...more }));
const get = (Key: string, by = s3) => by.send(new GetObjectCommand({ Bucket: bucket, Key }));
/** What comes of a call: the error's name. */
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: Error) => error.name,
  );

describe('C24 the bucket of artifacts', () => {
  it('encrypts by its key what comes without an encryption', async () => {
    await put('plain');

    const { ServerSideEncryption, SSEKMSKeyId } = await get('plain');

    expect([ServerSideEncryption, SSEKMSKeyId]).toEqual(['aws:kms', test.stack.outputs['KeyArn']]);
  });

  it.each<[string, Partial<PutObjectCommandInput>]>([
    ['the keys of S3', { ServerSideEncryption: 'AES256' }],
    ['two layers of KMS', { ServerSideEncryption: 'aws:kms:dsse' }],
    [
      'a key that the caller keeps',
      { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 1).toString('base64') },
    ],
  ])('refuses %s, also to the administrator', async (_, encryption) => {
    expect(await outcome(put('refused', encryption))).toBe('AccessDenied');

    expect(await outcome(get('refused'))).toBe('NoSuchKey');
  });

  it('keeps what was overwritten', async () => {
    const first = await put('twice', { Body: 'first' });
    await put('twice', { Body: 'second' });

    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'twice', VersionId: first.VersionId }));
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'twice' }));

    expect(await found.Body?.transformToString()).toBe('first');
    expect(Versions).toHaveLength(2);
  });

  it('is not for the public', async () => {
    await put('private');

    const unsigned = await Promise.all(
      ['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => fetch(`${test.stack.endpoint}/${bucket}/private`, { method })),
    );

    expect(unsigned.filter(({ ok }) => ok)).toEqual([]);
    expect(await outcome(put('shown', { ACL: 'public-read' }))).not.toBe('done');
    expect(await outcome(get('shown'))).toBe('NoSuchKey');
    expect(await (await get('private')).Body?.transformToString()).toBe('private');
  });
});

/** Runs a pipeline that fetches an object; answers its run and the key of its artifact. */
async function fetched(name: string): Promise<{ readonly run: string; readonly key: string }> {
  const source = `${name}-source`;
  await s3.send(new CreateBucketCommand({ Bucket: source }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: source, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(new PutObjectCommand({ Bucket: source, Key: 'site.zip', Body: `of ${name}` }));
  const fetch = {
    name: 'Fetch',
    actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
    configuration: { S3Bucket: source, S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
    outputArtifacts: [{ name: 'Site' }],
  };
  const stages = [
    { name: 'Source', actions: [fetch] },
    { name: 'Do', actions: [noOpAction('It')] },
  ];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, name, stages) }));
  const { pipelineExecutionSummaries: [first] = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const run = first?.pipelineExecutionId ?? '';
  expect(await endOf(test.client, name, run)).toBe('Succeeded');
  const { actionExecutionDetails = [] } = await test.client.send(
    new ListActionExecutionsCommand({ pipelineName: name }),
  );
  const [artifact] = actionExecutionDetails.flatMap(({ output }) => output?.outputArtifacts ?? []);
  return { run, key: artifact?.s3location?.key ?? '' };
}

/** A client with the rights on all of S3, limited by the session policy that Sluice set for an action of a run. */
async function sessionOf(pipeline: string, run: string): Promise<S3Client> {
  const { account, endpoint, region, putRole } = test.stack;
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const RoleArn = putRole({
    name: 'all-of-s3',
    trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }),
    policies: { all: policy({ Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' }) },
  });
  const Policy = sessionPolicies.get(`${pipeline}-${run}`);
  expect(Policy).toContain(bucket);
  const sts = new STSClient({ endpoint, region, credentials: administrator });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'a-run', Policy }));
  return client({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  });
}

describe('C25 the session of a run', () => {
  it('reaches the artifacts of its own action, and neither reads nor writes those of another run', async () => {
    const one = await fetched('one');
    const two = await fetched('two');
    const session = await sessionOf('one', one.run);

    expect(await (await get(one.key, session)).Body?.transformToString()).toBe('of one');
    expect(await outcome(get(two.key, session))).toBe('AccessDenied');
    expect(await outcome(put(two.key, {}, session))).toBe('AccessDenied');
    expect(await outcome(put(`${one.key}.other`, {}, session))).toBe('AccessDenied');
    expect(await (await get(two.key)).Body?.transformToString()).toBe('of two');
  });

  it('cannot touch the definitions of pipelines, nor can the administrator: only the roles of Sluice can', async () => {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'definitions/' }));
    const [{ Key = '', VersionId = '' } = {}] = Versions;
    const at = { Bucket: bucket, Key };
    expect(Key).toMatch(/^definitions\/[0-9a-f-]{36}\/1-[0-9a-f]{64}\.json$/);

    const outcomes = [
      await outcome(get(Key)),
      await outcome(s3.send(new GetObjectCommand({ ...at, VersionId }))),
      await outcome(put(Key)),
      await outcome(s3.send(new DeleteObjectCommand(at))),
      await outcome(s3.send(new DeleteObjectCommand({ ...at, VersionId }))),
    ];

    expect(outcomes).toEqual(Array(5).fill('AccessDenied'));
  });
});
