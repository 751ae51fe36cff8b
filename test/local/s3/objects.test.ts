import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesIn, newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

const Bucket = 'objects';
let dir: string;
let stage: Stage;

beforeEach(async () => {
  dir = newFolder();
  stage = await openStage(dir);
  await stage.client.send(new CreateBucketCommand({ Bucket }));
});

afterEach(async () => {
  expect(stage.faults).toEqual([]);
  await stage.close();
  removeFolder(dir);
});

function put(Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) {
  return stage.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

async function get(Key: string, more: object = {}) {
  const answer = await stage.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: (await answer.Body?.transformToString()) ?? '' };
}

describe('putting and getting', () => {
  it('keeps bytes, content headers and metadata', async () => {
    const Metadata = { 'codepipeline-artifact-revision-summary': 'fix: it' };
    const content = { ContentType: 'text/plain', CacheControl: 'no-cache', ContentDisposition: 'inline' };
    const more = { ContentLanguage: 'en', ContentEncoding: 'identity', Expires: new Date('2030-01-01T00:00:00Z') };

    const answer = await put('a.txt', 'one', { Metadata, ...content, ...more });

    const got = await get('a.txt');
    expect(got).toMatchObject({
      text: 'one',
      Metadata,
      ...content,
      ContentLanguage: 'en',
      ContentEncoding: 'identity',
    });
    expect(got.ExpiresString).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
    expect(answer.ETag).toBe(`"${createHash('md5').update('one').digest('hex')}"`);
    expect(got.ETag).toBe(answer.ETag);
  });

  it('keeps an object of no bytes', async () => {
    await put('empty', '');

    expect(await get('empty')).toMatchObject({ text: '', ContentLength: 0 });
  });

  it('takes a stream in aws-chunked coding with a trailing checksum', async () => {
    const bytes = Buffer.alloc(300_000, 'z');
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);

    await stage.client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }));

    const got = await get('stream');
    expect(got.text).toBe(bytes.toString());
    expect(got.ContentEncoding).toBeUndefined();
  });

  it('answers a head with the facts alone', async () => {
    await put('a', 'four');

    const head = await stage.client.send(new HeadObjectCommand({ Bucket, Key: 'a' }));

    expect(head).toMatchObject({ ContentLength: 4, ContentType: 'application/octet-stream', AcceptRanges: 'bytes' });
    expect(head.VersionId).toBeUndefined();
    expect(head.ServerSideEncryption).toBe('AES256');
  });

  it('refuses what is not there, with a body for GET and without for HEAD', async () => {
    const missing = await fetch(`${stage.endpoint}/${Bucket}/none`);

    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain('<Code>NoSuchKey</Code>');
    expect(await refusal(get('none'))).toBe('NoSuchKey');
    expect(await refusal(stage.client.send(new HeadObjectCommand({ Bucket, Key: 'none' })))).toBe('NotFound');
    expect(await refusal(stage.client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' })))).toBe(
      'NoSuchBucket',
    );
  });

  it('answers with the headers that the query asks for, and refuses those that cannot be', async () => {
    await put('a', 'x');
    const wanted = { ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment; filename="a.csv"' };

    const got = await get('a', wanted);
    const split = await fetch(`${stage.endpoint}/${Bucket}/a?response-content-type=a%0d%0aset-cookie:%20b`);

    expect(got).toMatchObject({ ContentType: 'text/csv', ContentDisposition: 'attachment; filename="a.csv"' });
    expect(split.status).toBe(400);
  });

  it('frees the bytes that a put or a deletion replaces', async () => {
    await put('a', 'one');
    await put('a', 'two');
    const afterPut = filesIn(dir).length;

    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));

    expect(afterPut).toBe(1);
    expect(filesIn(dir)).toEqual([]);
  });

  it('lets go of an object when its reader goes', async () => {
    await put('big', Buffer.alloc(8 * 1024 * 1024, 'k'));
    const reader = new AbortController();
    await fetch(`${stage.endpoint}/${Bucket}/big`, { signal: reader.signal });

    reader.abort();
    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'big' }));

    await expect.poll(() => filesIn(dir)).toEqual([]);
  });

  it('refuses a large put before its body is read, and the connection goes on', async () => {
    await put('a', 'one');
    const big = Buffer.alloc(20 * 1024 * 1024);

    expect(await refusal(put('a', big, { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect((await get('a')).text).toBe('one');
    expect(filesIn(dir)).toHaveLength(1);
  });

  it('refuses version ids and redirects that cannot be', async () => {
    const split = await fetch(`${stage.endpoint}/${Bucket}/a?versionId=a%0d%0ab`, { method: 'DELETE' });

    expect(split.status).toBe(400);
    expect(await split.text()).toContain('Invalid version id');
    expect(await refusal(put('a', 'x', { WebsiteRedirectLocation: 'javascript:x' }))).toBe('InvalidRedirectLocation');
  });

  it('goes on sending an object that is deleted meanwhile', async () => {
    const bytes = Buffer.alloc(8 * 1024 * 1024, 'k');
    await put('big', bytes);
    const answer = await stage.client.send(new GetObjectCommand({ Bucket, Key: 'big' }));

    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'big' }));

    const got = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    expect(got.equals(bytes)).toBe(true);
    await expect.poll(() => filesIn(dir)).toEqual([]);
  });
});

describe('ranges', () => {
  beforeEach(() => put('digits', '0123456789'));

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-50', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('answers %s', async (Range, text, ContentRange) => {
    const got = await get('digits', { Range });

    expect(got).toMatchObject({ text, ContentRange, ContentLength: text.length });
    expect(got.$metadata.httpStatusCode).toBe(206);
  });

  it.each(['bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-'])('answers the whole to %s', async (Range) => {
    const got = await get('digits', { Range });

    expect(got.text).toBe('0123456789');
    expect(got.$metadata.httpStatusCode).toBe(200);
  });

  it('refuses a range after the end', async () => {
    expect(await refusal(get('digits', { Range: 'bytes=10-' }))).toBe('InvalidRange');
    expect(await refusal(get('digits', { Range: 'bytes=-0' }))).toBe('InvalidRange');
  });
});

describe('conditions', () => {
  it('puts only what is new when asked to', async () => {
    await put('a', 'one', { IfNoneMatch: '*' });

    expect(await refusal(put('a', 'two', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect((await get('a')).text).toBe('one');
  });

  it('lets one of many racing puts win', async () => {
    const puts = Array.from({ length: 8 }, (_, n) => put('race', `body ${n}`, { IfNoneMatch: '*' }));

    const results = await Promise.allSettled(puts);

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(filesIn(dir)).toHaveLength(1);
  });

  it('replaces only what was seen when asked to', async () => {
    const { ETag } = await put('a', 'one');

    await put('a', 'two', { IfMatch: ETag });

    expect(await refusal(put('a', 'three', { IfMatch: ETag }))).toBe('PreconditionFailed');
    expect(await refusal(put('none', 'x', { IfMatch: ETag }))).toBe('NoSuchKey');
    expect((await get('a')).text).toBe('two');
  });

  it('reads by tag and time', async () => {
    const { ETag } = await put('a', 'one');
    const past = new Date(stage.clock.now() - 60_000);
    const future = new Date(stage.clock.now() + 60_000);

    expect(await refusal(get('a', { IfMatch: '"other"' }))).toBe('PreconditionFailed');
    expect(await refusal(get('a', { IfUnmodifiedSince: past }))).toBe('PreconditionFailed');
    await expect(get('a', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get('a', { IfModifiedSince: future })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect((await get('a', { IfMatch: ETag, IfUnmodifiedSince: past })).text).toBe('one');
    expect((await get('a', { IfNoneMatch: '"other"', IfModifiedSince: future })).text).toBe('one');
  });
});

describe('access control and encryption', () => {
  it('takes no ACLs unless the bucket has them on', async () => {
    const refused = await refusal(put('a', 'x', { ACL: 'public-read' }));
    await put('b', 'x', { ACL: 'bucket-owner-full-control' });
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
    await stage.client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    await put('c', 'x', { ACL: 'bucket-owner-read' });
    const blocked = await refusal(put('d', 'x', { ACL: 'public-read' }));

    const { Grants } = await stage.client.send(new GetObjectAclCommand({ Bucket, Key: 'c' }));

    expect(refused).toBe('AccessControlListNotSupported');
    expect(blocked).toBe('AccessDenied');
    expect(Grants).toMatchObject([{ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } }]);
  });

  it("records the encryption of the request, else the bucket's", async () => {
    const key = 'arn:aws:kms:eu-west-1:000000000000:key/k';
    await put('asked', 'x', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    const byDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: `${key}2` };
    const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }];
    await stage.client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));

    const answer = await put('default', 'x');

    expect(await get('asked')).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    expect(answer).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: `${key}2`, BucketKeyEnabled: true });
    expect(await refusal(put('x', 'x', { ServerSideEncryption: 'rot13' as 'AES256' }))).toBe('InvalidArgument');
  });

  it('refuses clearly what it does not do', async () => {
    const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32).toString('base64') };
    const call = put('a', 'x', { ...customer, SSECustomerKeyMD5: 'x' });

    await expect(call).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('AWS_ENDPOINT_URL_S3'),
    });
    expect(await refusal(put('a', 'x', { StorageClass: 'DEEP_ARCHIVE' }))).toBe('NotImplemented');
    expect(await refusal(put('a', 'x', { Metadata: { long: 'x'.repeat(2100) } }))).toBe('MetadataTooLarge');
  });
});

describe('tags', () => {
  it('come with the put, are replaced and taken away', async () => {
    await put('a', 'x', { Tagging: 'one=1&two=a%20b' });
    const first = await stage.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));
    const { TagCount } = await get('a');
    const Tagging = { TagSet: [{ Key: 'three', Value: '<&>' }] };
    await stage.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging }));
    const second = await stage.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));

    await stage.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'a' }));

    const third = await stage.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));
    expect(TagCount).toBe(2);
    expect(first.TagSet).toEqual([
      { Key: 'one', Value: '1' },
      { Key: 'two', Value: 'a b' },
    ]);
    expect(second.TagSet).toEqual(Tagging.TagSet);
    expect(third.TagSet).toEqual([]);
  });

  it('are refused when a key comes twice', async () => {
    expect(await refusal(put('a', 'x', { Tagging: 'one=1&one=2' }))).toBe('InvalidArgument');
  });
});

describe('copying', () => {
  it('keeps metadata, tags and bytes, across buckets, after the source is gone', async () => {
    const Target = 'elsewhere';
    await stage.client.send(new CreateBucketCommand({ Bucket: Target }));
    await put('from me', 'bytes', { Metadata: { a: 'b' }, ContentType: 'text/x', Tagging: 't=1' });

    const CopySource = `${Bucket}/from%20me`;
    const copy = await stage.client.send(new CopyObjectCommand({ Bucket: Target, Key: 'to', CopySource }));
    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'from me' }));

    const got = await stage.client.send(new GetObjectCommand({ Bucket: Target, Key: 'to' }));
    expect(await got.Body?.transformToString()).toBe('bytes');
    expect(got).toMatchObject({ Metadata: { a: 'b' }, ContentType: 'text/x', TagCount: 1 });
    expect(copy.CopyObjectResult?.ETag).toBe(got.ETag);
  });

  it('replaces metadata when told to, also in place', async () => {
    await put('a', 'x', { Metadata: { old: '1' } });
    const same = { Bucket, Key: 'a', CopySource: `/${Bucket}/a` };
    const refused = await refusal(stage.client.send(new CopyObjectCommand(same)));
    const replacing = { ...same, MetadataDirective: 'REPLACE' as const, Metadata: { new: '2' }, ContentType: 'text/y' };

    await stage.client.send(new CopyObjectCommand(replacing));

    expect(refused).toBe('InvalidRequest');
    expect(await get('a')).toMatchObject({ text: 'x', Metadata: { new: '2' }, ContentType: 'text/y' });
  });

  it('holds to conditions on source and target', async () => {
    const { ETag } = await put('a', 'x');
    await put('b', 'y');
    const copy = (more: object) =>
      stage.client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a`, ...more }));

    expect(await refusal(copy({ CopySourceIfMatch: '"no"' }))).toBe('PreconditionFailed');
    expect(await refusal(copy({ CopySourceIfNoneMatch: ETag }))).toBe('PreconditionFailed');
    expect(await refusal(copy({ IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect(await refusal(copy({ CopySource: `${Bucket}/none` }))).toBe('NoSuchKey');
    expect(await refusal(copy({ CopySource: 'only-a-bucket' }))).toBe('InvalidArgument');
    expect((await get('b')).text).toBe('y');
  });

  it('makes a checksum that the source does not have', async () => {
    await put('a', 'abc');
    const copying = { Bucket, Key: 'b', CopySource: `${Bucket}/a`, ChecksumAlgorithm: 'SHA256' as const };

    const { CopyObjectResult } = await stage.client.send(new CopyObjectCommand(copying));

    expect(CopyObjectResult?.ChecksumSHA256).toBe(createHash('sha256').update('abc').digest('base64'));
  });
});

describe('deleting', () => {
  it('succeeds when there is nothing, and deletes many at once', async () => {
    await Promise.all(['a', 'b', 'c & <d>'].map((key) => put(key, 'x')));

    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'none' }));
    const Objects = ['a', 'c & <d>', 'none'].map((Key) => ({ Key }));
    const { Deleted } = await stage.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(Deleted).toEqual([{ Key: 'a' }, { Key: 'c & <d>' }, { Key: 'none' }]);
    expect((await get('b')).text).toBe('x');
    expect(await refusal(get('a'))).toBe('NoSuchKey');
  });

  it('says nothing when asked to be quiet', async () => {
    await put('a', 'x');
    const Delete = { Objects: [{ Key: 'a' }], Quiet: true };

    const { Deleted } = await stage.client.send(new DeleteObjectsCommand({ Bucket, Delete }));

    expect(Deleted).toBeUndefined();
  });
});

describe('attributes', () => {
  it('are those that were asked for', async () => {
    await put('a', 'abc', { ChecksumAlgorithm: 'SHA1' });
    const ObjectAttributes = ['ETag', 'ObjectSize', 'Checksum'] as ('ETag' | 'ObjectSize' | 'Checksum')[];

    const attributes = await stage.client.send(new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes }));

    expect(attributes).toMatchObject({
      ETag: createHash('md5').update('abc').digest('hex'),
      ObjectSize: 3,
      Checksum: { ChecksumSHA1: createHash('sha1').update('abc').digest('base64'), ChecksumType: 'FULL_OBJECT' },
    });
    expect(attributes.StorageClass).toBeUndefined();
  });
});

describe('keys', () => {
  it.each([
    'a b/c+d',
    '../../../etc/passwd',
    'a/../b',
    './.',
    '..',
    '/leading',
    '//two',
    'trailing/',
    'ünïcödé/日本語/🦥',
    'per%cent%2Fescape',
    'quest?ion#hash&amp=1',
    '<xml attribute="x">&apos;</xml>',
    'back\\slash',
    'line\nbreak\tand\u0001control',
    '__proto__',
    'x'.repeat(1024),
  ])('%j is data', async (Key) => {
    await put(Key, `of ${Key}`);

    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    await stage.client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));

    expect((await get(Key)).text).toBe(`of ${Key}`);
    expect((await get('copy')).text).toBe(`of ${Key}`);
    expect(filesIn(dir).every((name) => /^[0-9a-f-]{36}$/.test(name))).toBe(true);
  });

  it('over 1,024 bytes are refused', async () => {
    expect(await refusal(put('ü'.repeat(513), 'x'))).toBe('KeyTooLongError');
  });

  it('that are not UTF-8 are refused', async () => {
    const answer = await fetch(`${stage.endpoint}/${Bucket}/%ff`);

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('InvalidURI');
  });
});
