import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasher } from '../../../local/s3/checksum.ts';
import { filesIn, newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

const Bucket = 'parts';
const Key = 'in parts';
const MIB = 1024 * 1024;
const FIRST = Buffer.alloc(5 * MIB, 'a');
const LAST = Buffer.from('the end');
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

async function begin(more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await stage.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId ?? '';
}

async function part(UploadId: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const { ETag } = await stage.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
}

const complete = (UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  stage.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));

async function bytes(key = Key, more: object = {}): Promise<Buffer> {
  const { Body } = await stage.client.send(new GetObjectCommand({ Bucket, Key: key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('an upload in parts', () => {
  it('becomes one object with the facts that it was begun with', async () => {
    const id = await begin({ ContentType: 'text/plain', Metadata: { a: 'b' }, Tagging: 't=1' });
    const last = await part(id, 9, LAST);
    const first = await part(id, 2, FIRST);

    const { ETag } = await complete(id, [first, last]);

    const md5s = [FIRST, LAST].map((body) => createHash('md5').update(body).digest());
    expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
    expect((await bytes()).equals(Buffer.concat([FIRST, LAST]))).toBe(true);
    const head = await stage.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ContentType: 'text/plain', Metadata: { a: 'b' }, ContentLength: 5 * MIB + 7 });
  });

  it('is read across its parts, and part by part', async () => {
    const id = await begin();
    await complete(id, [await part(id, 1, FIRST), await part(id, 2, LAST)]);

    const across = await bytes(Key, { Range: `bytes=${5 * MIB - 2}-${5 * MIB + 2}` });
    const second = await bytes(Key, { PartNumber: 2 });

    expect(across.toString()).toBe('aathe');
    expect(second.toString()).toBe('the end');
    expect(await refusal(bytes(Key, { PartNumber: 3 }))).toBe('InvalidPartNumber');
  });

  it('comes from the upload library, as a stream', async () => {
    const body = Buffer.alloc(12 * MIB, 'q');
    const params = { Bucket, Key, Body: Readable.from([body]) };

    await new Upload({ client: stage.client, params, partSize: 5 * MIB }).done();

    expect((await bytes()).equals(body)).toBe(true);
    expect(filesIn(dir)).toHaveLength(3);
  });

  it('takes the later of two parts of one number', async () => {
    const id = await begin();
    const stale = await part(id, 1, Buffer.from('stale'));
    const fresh = await part(id, 1, Buffer.from('fresh'));

    expect(await refusal(complete(id, [stale]))).toBe('InvalidPart');
    await complete(id, [fresh]);
    expect((await bytes()).toString()).toBe('fresh');
    expect(filesIn(dir)).toHaveLength(1);
  });

  it('leaves out and frees parts that are not named at the end', async () => {
    const id = await begin();
    await part(id, 1, Buffer.from('left out'));
    const taken = await part(id, 2, LAST);

    await complete(id, [taken]);

    expect((await bytes()).toString()).toBe('the end');
    expect(filesIn(dir)).toHaveLength(1);
  });

  it('is completed once, and says so again to who lost the answer, also after a restart', async () => {
    const id = await begin();
    const only = await part(id, 1, LAST);
    const { ETag } = await complete(id, [only]);
    await stage.close();
    stage = await openStage(dir);

    const again = await complete(id, [only]);
    await stage.client.send(new DeleteObjectCommand({ Bucket, Key }));

    expect(again.ETag).toBe(ETag);
    expect(await refusal(complete(id, [only]))).toBe('NoSuchUpload');
  });

  it('goes on after a restart', async () => {
    const id = await begin();
    const first = await part(id, 1, FIRST);
    await stage.close();
    stage = await openStage(dir);

    await complete(id, [first, await part(id, 2, LAST)]);

    expect((await bytes()).length).toBe(5 * MIB + 7);
  });

  it('is refused with parts out of order, unknown, too small, or none', async () => {
    const id = await begin();
    const small = await part(id, 1, LAST);
    const other = await part(id, 2, LAST);

    expect(await refusal(complete(id, [other, small]))).toBe('InvalidPartOrder');
    expect(await refusal(complete(id, [{ PartNumber: 3, ETag: 'x' }]))).toBe('InvalidPart');
    expect(await refusal(complete(id, [small, other]))).toBe('EntityTooSmall');
    expect(await refusal(complete(id, []))).toBe('MalformedXML');
    expect(await refusal(part(id, 10_001, LAST))).toBe('InvalidArgument');
    expect(await refusal(part('none', 1, LAST))).toBe('NoSuchUpload');
  });

  it('is not completed over an object when asked not to', async () => {
    await stage.client.send(new PutObjectCommand({ Bucket, Key, Body: 'there' }));
    const id = await begin();
    const only = await part(id, 1, LAST);

    expect(await refusal(complete(id, [only], { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect((await bytes()).toString()).toBe('there');
  });

  it('is taken back with all its bytes', async () => {
    const id = await begin();
    await part(id, 1, FIRST);

    await stage.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id }));

    expect(await refusal(part(id, 2, LAST))).toBe('NoSuchUpload');
    expect(filesIn(dir)).toEqual([]);
  });

  it('goes with its bucket', async () => {
    const id = await begin();
    await part(id, 1, LAST);

    await stage.client.send(new DeleteBucketCommand({ Bucket }));

    expect(filesIn(dir)).toEqual([]);
  });
});

describe('checksums of an upload in parts', () => {
  const sum = (algorithm: 'sha256' | 'crc32', body: Buffer) => {
    const sums = hasher(algorithm);
    sums.update(body);
    return sums.digest();
  };

  it('are of the parts when composite', async () => {
    const id = await begin({ ChecksumAlgorithm: 'SHA256' });
    const Parts = [];
    for (const [index, Body] of [FIRST, LAST].entries()) {
      const PartNumber = index + 1;
      const upload = { Bucket, Key, UploadId: id, PartNumber, Body, ChecksumAlgorithm: 'SHA256' as const };
      const { ETag, ChecksumSHA256 } = await stage.client.send(new UploadPartCommand(upload));
      Parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    const wrong = [{ ...Parts[0], ChecksumSHA256: sum('sha256', LAST) }];

    const refused = await refusal(complete(id, wrong));
    const { ChecksumSHA256, ChecksumType } = await complete(id, Parts);

    const sums = Buffer.concat([FIRST, LAST].map((body) => Buffer.from(sum('sha256', body), 'base64')));
    expect(refused).toBe('InvalidPart');
    expect(ChecksumSHA256).toBe(`${sum('sha256', sums)}-2`);
    expect(ChecksumType).toBe('COMPOSITE');
    const attributes = await stage.client.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts', 'Checksum'], MaxParts: 1 }),
    );
    expect(attributes.ObjectParts).toMatchObject({
      TotalPartsCount: 2,
      IsTruncated: true,
      NextPartNumberMarker: '1',
      Parts: [{ PartNumber: 1, Size: 5 * MIB, ChecksumSHA256: sum('sha256', FIRST) }],
    });
  });

  it('are of the whole when full, without reading it again', async () => {
    const whole = sum('crc32', Buffer.concat([FIRST, LAST]));
    const id = await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const Parts = [await part(id, 1, FIRST), await part(id, 2, LAST)];

    const refused = await refusal(complete(id, Parts, { ChecksumCRC32: sum('crc32', LAST) }));
    const { ChecksumCRC32 } = await complete(id, Parts, { ChecksumCRC32: whole, ChecksumType: 'FULL_OBJECT' });

    expect(refused).toBe('BadDigest');
    expect(ChecksumCRC32).toBe(whole);
    expect((await bytes(Key, { ChecksumMode: 'ENABLED' })).length).toBe(5 * MIB + 7);
  });

  it('must be of the algorithm that the upload was begun with', async () => {
    const id = await begin({ ChecksumAlgorithm: 'SHA256' });
    const upload = { Bucket, Key, UploadId: id, PartNumber: 1, Body: LAST, ChecksumAlgorithm: 'SHA1' as const };

    expect(await refusal(stage.client.send(new UploadPartCommand(upload)))).toBe('InvalidRequest');
    expect(await refusal(begin({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }))).toBe('InvalidRequest');
  });
});

describe('copies', () => {
  it('of an object in parts are one object', async () => {
    const id = await begin({ ChecksumAlgorithm: 'CRC32' });
    await complete(id, [await part(id, 1, FIRST), await part(id, 2, LAST)]);

    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    await stage.client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    await stage.client.send(new DeleteObjectCommand({ Bucket, Key }));

    const whole = Buffer.concat([FIRST, LAST]);
    const head = await stage.client.send(new HeadObjectCommand({ Bucket, Key: 'copy', ChecksumMode: 'ENABLED' }));
    expect(head.ETag).toBe(`"${createHash('md5').update(whole).digest('hex')}"`);
    expect(head.ChecksumType).toBe('FULL_OBJECT');
    expect((await bytes('copy')).equals(whole)).toBe(true);
    expect((await bytes('copy', { PartNumber: 1 })).length).toBe(whole.length);
  });

  it('of ranges become parts', async () => {
    await stage.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const id = await begin();
    const copy = (CopySourceRange: string) =>
      stage.client.send(
        new UploadPartCopyCommand({
          Bucket,
          Key,
          UploadId: id,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceRange,
        }),
      );

    const { CopyPartResult } = await copy('bytes=3-5');
    await complete(id, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);

    expect((await bytes()).toString()).toBe('345');
  });

  it('of ranges outside of their source are refused', async () => {
    await stage.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const UploadId = await begin();
    const copy = (CopySourceRange: string) => {
      const from = { CopySource: `${Bucket}/source`, CopySourceRange };
      return refusal(stage.client.send(new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, ...from })));
    };

    expect(await copy('bytes=3-10')).toBe('InvalidRequest');
    expect(await copy('bytes=5-3')).toBe('InvalidArgument');
    expect(await copy('bytes=-3')).toBe('InvalidArgument');
  });
});

describe('lists', () => {
  it('of parts come in pages', async () => {
    const UploadId = await begin();
    for (const number of [1, 2, 5]) await part(UploadId, number, LAST);

    const first = await stage.client.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
    const PartNumberMarker = first.NextPartNumberMarker;
    const second = await stage.client.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker }));

    expect(first.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    expect(second.Parts).toMatchObject([{ PartNumber: 5, Size: 7 }]);
    expect(second.IsTruncated).toBe(false);
  });

  it('of uploads under way come in pages by key', async () => {
    for (const name of ['b/1', 'b/2', 'a', 'b/3']) await begin({ Key: name });
    const list = (more: object) => stage.client.send(new ListMultipartUploadsCommand({ Bucket, ...more }));

    const first = await list({ Prefix: 'b/', MaxUploads: 2 });
    const markers = { KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker };
    const second = await list({ Prefix: 'b/', ...markers });

    expect(first.Uploads?.map((upload) => upload.Key)).toEqual(['b/1', 'b/2']);
    expect(first.IsTruncated).toBe(true);
    expect(second.Uploads?.map((upload) => upload.Key)).toEqual(['b/3']);
    expect(second.IsTruncated).toBe(false);
  });
});
