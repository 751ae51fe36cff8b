import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesIn, newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

const Bucket = 'versions';
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

function setVersioning(Status: 'Enabled' | 'Suspended') {
  return stage.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

async function put(Key: string, Body: string): Promise<string> {
  const { VersionId } = await stage.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId ?? 'none';
}

async function get(Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await stage.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

const remove = (Key: string, VersionId?: string) =>
  stage.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

const list = (more: object = {}) => stage.client.send(new ListObjectVersionsCommand({ Bucket, ...more }));

describe('with versioning', () => {
  beforeEach(() => setVersioning('Enabled'));

  it('keeps every version under an id of its own', async () => {
    const first = await put('a', 'one');
    const second = await put('a', 'two');

    expect(first).not.toBe(second);
    expect(await get('a')).toBe('two');
    expect(await get('a', first)).toBe('one');
    const head = await stage.client.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(head.VersionId).toBe(second);
  });

  it('hides an object behind a delete marker, and shows it again when that is deleted', async () => {
    const first = await put('a', 'one');
    const marker = await remove('a');
    const hidden = await fetch(`${stage.endpoint}/${Bucket}/a`);
    const { KeyCount } = await stage.client.send(new ListObjectsV2Command({ Bucket }));
    const markerItself = await fetch(`${stage.endpoint}/${Bucket}/a?versionId=${marker.VersionId}`);

    const undone = await remove('a', marker.VersionId);

    expect(marker.DeleteMarker).toBe(true);
    expect(hidden.status).toBe(404);
    expect(hidden.headers.get('x-amz-delete-marker')).toBe('true');
    expect(KeyCount).toBe(0);
    expect(markerItself.status).toBe(405);
    expect(undone).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect(await get('a')).toBe('one');
    expect(await get('a', first)).toBe('one');
  });

  it('deletes one version for good, the one before becomes the newest', async () => {
    await put('a', 'one');
    const second = await put('a', 'two');

    await remove('a', second);

    expect(await get('a')).toBe('one');
    expect(await refusal(get('a', second))).toBe('NoSuchVersion');
    expect(filesIn(dir)).toHaveLength(1);
  });

  it('lists versions and markers, newest first', async () => {
    const first = await put('a', 'one');
    await remove('a');
    const second = await put('a', 'three');
    await put('b', 'x');

    const { Versions, DeleteMarkers } = await list();

    expect(Versions?.map(({ Key, IsLatest, Size }) => [Key, IsLatest, Size])).toEqual([
      ['a', true, 5],
      ['a', false, 3],
      ['b', true, 1],
    ]);
    expect(Versions?.slice(0, 2).map(({ VersionId }) => VersionId)).toEqual([second, first]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'a', IsLatest: false }]);
  });

  it('lists page by page, also when each page is deleted before the next', async () => {
    for (const key of ['a', 'b', 'c']) for (const body of ['1', '2', '3']) await put(key, body);
    const seen: string[] = [];

    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let page = 0; page < 5; page += 1) {
      const { Versions = [], NextKeyMarker, NextVersionIdMarker, IsTruncated } = await list({ MaxKeys: 2, ...markers });
      seen.push(...Versions.map(({ Key, VersionId }) => `${Key} ${VersionId}`));
      const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
      await stage.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(IsTruncated).toBe(page < 4);
      markers = { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
    }

    expect(new Set(seen).size).toBe(9);
    expect(seen.map(([key]) => key).join('')).toBe('aaabbbccc');
    expect((await list()).Versions).toBeUndefined();
    expect(filesIn(dir)).toEqual([]);
  });

  it('copies an older version to the top', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    const CopySource = `${Bucket}/a?versionId=${first}`;

    const copy = await stage.client.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource }));

    expect(copy.CopySourceVersionId).toBe(first);
    expect(copy.VersionId).not.toBe(first);
    expect(await get('a')).toBe('one');
    await remove('a', first);
    expect(await get('a')).toBe('one');
  });

  it('tells what deleting many made', async () => {
    const id = await put('a', 'one');
    const Objects = [{ Key: 'a' }, { Key: 'a', VersionId: id }];

    const { Deleted } = await stage.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(Deleted?.[0]).toMatchObject({ Key: 'a', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) });
    expect(Deleted?.[1]).toEqual({ Key: 'a', VersionId: id });
  });

  it('is there again after a restart', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    await remove('b');
    await stage.close();

    stage = await openStage(dir);

    expect(await get('a', first)).toBe('one');
    expect(await get('a')).toBe('two');
    expect((await list()).DeleteMarkers).toHaveLength(1);
    const third = await put('a', 'three');
    expect((await list({ Prefix: 'a' })).Versions?.[0]?.VersionId).toBe(third);
  });
});

describe('with versioning suspended', () => {
  it('replaces the null version and keeps the others', async () => {
    const before = await put('a', 'before');
    await setVersioning('Enabled');
    const kept = await put('a', 'kept');
    await setVersioning('Suspended');

    const first = await put('a', 'null one');
    const second = await put('a', 'null two');

    expect([before, first, second]).toEqual(['none', 'null', 'null']);
    expect(await get('a', kept)).toBe('kept');
    expect(await get('a', 'null')).toBe('null two');
    expect((await list()).Versions).toHaveLength(2);
    expect(filesIn(dir)).toHaveLength(2);
  });

  it('deletes the null version behind a null marker', async () => {
    await setVersioning('Enabled');
    const kept = await put('a', 'kept');
    await setVersioning('Suspended');
    await put('a', 'null');

    const { VersionId, DeleteMarker } = await remove('a');

    expect({ VersionId, DeleteMarker }).toEqual({ VersionId: 'null', DeleteMarker: true });
    expect(await refusal(get('a'))).toBe('NoSuchKey');
    expect(await get('a', kept)).toBe('kept');
    expect((await list()).Versions).toHaveLength(1);
  });
});
