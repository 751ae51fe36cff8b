import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

let dir: string;
let stage: Stage;
let number = 0;

beforeAll(async () => {
  dir = newFolder();
  stage = await openStage(dir);
});

afterEach(() => expect(stage.faults).toEqual([]));

afterAll(async () => {
  await stage.close();
  removeFolder(dir);
});

async function bucketOf(keys: readonly string[]): Promise<string> {
  number += 1;
  const Bucket = `bucket-${number}`;
  await stage.client.send(new CreateBucketCommand({ Bucket }));
  for (const Key of keys) await stage.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  return Bucket;
}

/** Every entry, page by page, common prefixes marked; bounded. */
async function pages(input: ListObjectsV2CommandInput): Promise<string[][]> {
  const found: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await stage.client.send(new ListObjectsV2Command({ ...input, ContinuationToken }));
    const entries = [
      ...(page.Contents ?? []).map(({ Key }) => Key ?? ''),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}*`),
    ];
    expect(page.KeyCount).toBe(entries.length);
    found.push(entries);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined && found.length < 200);
  return found;
}

describe('ListObjectsV2', () => {
  const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'c', 'd/1', 'd-1'];

  it("lists by the bytes of the keys, not by JavaScript's order", async () => {
    const Bucket = await bucketOf(['\u{1f600}', '\uff5e', 'z', 'Z', 'é']);

    const [keys] = await pages({ Bucket });

    expect(keys).toEqual(['Z', 'z', 'é', '\uff5e', '\u{1f600}']);
  });

  it('rolls keys up to their common prefixes', async () => {
    const Bucket = await bucketOf(KEYS);

    expect(await pages({ Bucket, Delimiter: '/' })).toEqual([['a', 'c', 'd-1', 'b/*', 'd/*']]);
    expect(await pages({ Bucket, Delimiter: '/', Prefix: 'b/' })).toEqual([['b/1', 'b/2', 'b/c/*']]);
    expect(await pages({ Bucket, Delimiter: '/', Prefix: 'b' })).toEqual([['b/*']]);
    expect(await pages({ Bucket, Prefix: 'd' })).toEqual([['d-1', 'd/1']]);
    expect(await pages({ Bucket, Prefix: 'x' })).toEqual([[]]);
  });

  it('counts a common prefix as one entry of a page, once', async () => {
    const Bucket = await bucketOf(KEYS);

    expect(await pages({ Bucket, Delimiter: '/', MaxKeys: 1 })).toEqual([['a'], ['b/*'], ['c'], ['d-1'], ['d/*']]);
    expect(await pages({ Bucket, Delimiter: '/', MaxKeys: 2 })).toEqual([['a', 'b/*'], ['c', 'd-1'], ['d/*']]);
    expect(await pages({ Bucket, MaxKeys: 3 })).toEqual([['a', 'b/1', 'b/2'], ['b/c/3', 'c', 'd-1'], ['d/1']]);
  });

  it('begins after a key', async () => {
    const Bucket = await bucketOf(KEYS);

    expect(await pages({ Bucket, StartAfter: 'b/2' })).toEqual([['b/c/3', 'c', 'd-1', 'd/1']]);
    expect(await pages({ Bucket, StartAfter: 'b/1', Delimiter: '/' })).toEqual([['c', 'd-1', 'b/*', 'd/*']]);
    expect(await pages({ Bucket, StartAfter: 'zzz' })).toEqual([[]]);
  });

  it('answers nothing to a page of nothing, and refuses what it cannot read', async () => {
    const Bucket = await bucketOf(['a']);
    const list = (more: object) => stage.client.send(new ListObjectsV2Command({ Bucket, ...more }));

    const { IsTruncated, KeyCount } = await list({ MaxKeys: 0 });

    expect({ IsTruncated, KeyCount }).toEqual({ IsTruncated: false, KeyCount: 0 });
    expect(await refusal(list({ MaxKeys: -1 }))).toBe('InvalidArgument');
    expect(await refusal(list({ ContinuationToken: '!' }))).toBe('InvalidArgument');
    expect(await refusal(list({ EncodingType: 'rot13' }))).toBe('InvalidArgument');
    expect(await refusal(stage.client.send(new ListObjectsV2Command({ Bucket: 'nowhere' })))).toBe('NoSuchBucket');
  });

  it('encodes names when asked to', async () => {
    const Bucket = await bucketOf(['a b+c/ü(1)']);

    const page = await stage.client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));

    expect(page.Contents?.[0]?.Key).toBe('a%20b%2Bc/%C3%BC%281%29');
  });

  it('agrees with a model for any keys, prefix, delimiter and page size', async () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'ü', '\u{10ffff}'), minLength: 1, maxLength: 5 });
    const keys = fc.uniqueArray(key, { maxLength: 12 });
    const prefix = fc.string({ unit: fc.constantFrom('a', '/'), maxLength: 2 });
    const delimiter = fc.constantFrom('/', 'a', '//', undefined);
    await fc.assert(
      fc.asyncProperty(
        keys,
        prefix,
        delimiter,
        fc.integer({ min: 1, max: 5 }),
        async (names, Prefix, Delimiter, MaxKeys) => {
          const Bucket = await bucketOf(names);

          const found = await pages({ Bucket, Prefix, Delimiter, MaxKeys });

          const entries = names
            .filter((name) => name.startsWith(Prefix))
            .map((name) => {
              const at = Delimiter === undefined ? -1 : name.indexOf(Delimiter, Prefix.length);
              return at < 0 ? name : `${name.slice(0, at + (Delimiter ?? '').length)}*`;
            });
          expect(found.flat().sort()).toEqual([...new Set(entries)].sort());
          expect(found.slice(0, -1).every((page) => page.length === MaxKeys)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('ListObjects', () => {
  it('goes on by markers', async () => {
    const Bucket = await bucketOf(['a/1', 'a/2', 'b', 'c']);
    const list = (more: object) =>
      stage.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, ...more }));

    const first = await list({});
    const second = await list({ Marker: first.NextMarker });

    expect(first.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['b']);
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b' });
    expect(second.Contents).toMatchObject([{ Key: 'c', Size: 1, Owner: { DisplayName: '000000000000' } }]);
    expect(second.IsTruncated).toBe(false);
  });
});

describe('ListObjectVersions', () => {
  it('rolls up and goes on by markers', async () => {
    const Bucket = await bucketOf(['a/1', 'a/2', 'b', 'c']);
    const list = (more: object) =>
      stage.client.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 1, ...more }));

    const first = await list({});
    const second = await list({ KeyMarker: first.NextKeyMarker, VersionIdMarker: first.NextVersionIdMarker });
    const third = await list({ KeyMarker: second.NextKeyMarker, VersionIdMarker: second.NextVersionIdMarker });

    expect(first.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    expect(second.Versions).toMatchObject([{ Key: 'b', VersionId: 'null', IsLatest: true }]);
    expect(third.Versions).toMatchObject([{ Key: 'c' }]);
    expect(third.IsTruncated).toBe(false);
  });
});
