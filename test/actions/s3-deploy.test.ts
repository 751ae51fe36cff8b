import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3Deploy } from '../../functions/actions/s3-deploy/s3-deploy.ts';
import { s3Deploy as type } from '../../functions/domain/action-types/deploy.ts';
import type { Work } from '../../functions/engine/work.ts';
import type { ServiceResponse } from '../../local/service.ts';
import { newFolder, openStage, removeFolder, type Stage } from '../local/s3/stage.ts';
import { aWork, begun, reach } from './a-work.ts';
import { emptyFolder, openIn, served } from './git-host.ts';
import { renamed, zipped } from './zips.ts';

const input = { name: 'Site', bucket: 'artifacts', key: 'hello-site/Site/1.zip' };
const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'local' };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

let stage: Stage;
let asked: Asked[];
/** Answers instead of S3. */
let instead: (request: Asked) => ServiceResponse | undefined;
beforeEach(async () => {
  stage = await openStage(newFolder());
  asked = [];
  instead = () => undefined;
  const { endpoint } = await served(async ({ method, path, query, headers, body }) => {
    const request = { method, path: decodeURIComponent(path), headers };
    asked.push(request);
    const answer = instead(request);
    if (answer) body.resume();
    return answer ?? stage.service.handle({ method, path, query, headers, body, caller, requestId: 'r' });
  });
  reach('S3', endpoint);
  for (const Bucket of ['artifacts', 'site']) await stage.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stage.close();
  removeFolder(stage.dir);
});

async function store(artifact: Buffer): Promise<void> {
  await stage.client.send(new PutObjectCommand({ Bucket: input.bucket, Key: input.key, Body: artifact }));
}

/** Deploys an artifact, each of its files unless the configuration says otherwise. */
async function deploy(artifact: Buffer, configuration: Record<string, string> = {}, given: Partial<Work> = {}) {
  await store(artifact);
  return s3Deploy.start(workOf(configuration, given));
}

function workOf(configuration: Record<string, string> = {}, given: Partial<Work> = {}): Work {
  return aWork(type, {
    configuration: { BucketName: 'site', Extract: 'true', ...configuration },
    inputs: [input],
    ...given,
  });
}

async function deployed(): Promise<Readonly<Record<string, string>>> {
  const { Contents = [] } = await stage.client.send(new ListObjectsV2Command({ Bucket: 'site' }));
  const found: Record<string, string> = {};
  for (const { Key = '' } of Contents) found[Key] = (await objectAt(Key)).text;
  return found;
}

async function objectAt(Key: string) {
  const { Body, ...more } = await stage.client.send(new GetObjectCommand({ Bucket: 'site', Key }));
  return { ...more, text: (await Body?.transformToString()) ?? '' };
}

const put = () => asked.filter(({ method }) => method === 'PUT');

describe('an S3 deploy of each file', () => {
  it('puts them below the prefix, leaves out folders, and says how many they were', async () => {
    const artifact = await zipped({ 'index.html': '<p>', 'css/': '', 'css/größe +&.css': 'p {}', empty: '' });

    const outcome = await deploy(artifact, { ObjectKey: 'releases/v1/' });

    expect(await deployed()).toEqual({
      'releases/v1/index.html': '<p>',
      'releases/v1/css/größe +&.css': 'p {}',
      'releases/v1/empty': '',
    });
    expect(outcome).toEqual({
      status: 'Succeeded',
      summary: 'Deployed 3 objects to site',
      url: 'https://console.aws.amazon.com/s3/buckets/site',
      outputs: [],
      outputVariables: {},
    });
  });

  it('has no more to do for a prefix of many slashes', { timeout: 15_000 }, async () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`file-${index}`, '']));

    const deploying = deploy(await zipped(files), { ObjectKey: `a${'/'.repeat(90_000)}b` });

    await expect(deploying).rejects.toThrow();
    expect(put().filter(({ path }) => path.includes('file-'))).toEqual([]);
  });

  it('puts them at the top without a prefix', async () => {
    await deploy(await zipped({ a: 'A', 'b/c': 'C' }));

    expect(await deployed()).toEqual({ a: 'A', 'b/c': 'C' });
  });

  it.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['deep/site.CSS', 'text/css; charset=utf-8'],
    ['app.js', 'text/javascript; charset=utf-8'],
    ['logo.svg', 'image/svg+xml'],
    ['photo.jpg', 'image/jpeg'],
    ['font.woff2', 'font/woff2'],
    ['feed.json', 'application/json; charset=utf-8'],
    ['html', 'application/octet-stream'],
    ['a.html/LICENSE', 'application/octet-stream'],
    ['x.nobody-knows', 'application/octet-stream'],
  ])('tells by its name what a file is: %s', async (path, expected) => {
    await deploy(await zipped({ [path]: 'x' }));

    expect((await objectAt(path)).ContentType).toBe(expected);
  });

  it('sends ACL, Cache-Control and KMS key with each', async () => {
    const key = 'arn:aws:kms:eu-west-1:000000000000:key/1';

    await deploy(await zipped({ a: 'A', b: 'B' }), {
      CannedACL: 'bucket-owner-full-control',
      CacheControl: 'public, max-age=0',
      KMSEncryptionKeyARN: key,
    });

    const headers = {
      'x-amz-acl': 'bucket-owner-full-control',
      'cache-control': 'public, max-age=0',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': key,
    };
    expect(put()).toMatchObject([{ headers }, { headers }]);
  });

  it('sends none of them unasked', async () => {
    await deploy(await zipped({ a: 'A' }));

    const [{ headers } = { headers: {} }] = put();
    expect(Object.keys(headers).filter((name) => /acl|cache-control|encryption/.test(name))).toEqual([]);
  });

  it('leaves what was there before, and replaces what has the same key', async () => {
    for (const Key of ['old', 'a'])
      await stage.client.send(new PutObjectCommand({ Bucket: 'site', Key, Body: 'before' }));

    await deploy(await zipped({ a: 'after' }));

    expect(await deployed()).toEqual({ old: 'before', a: 'after' });
  });

  it('done twice leaves the same objects', async () => {
    const artifact = await zipped({ a: 'A', 'b/c': 'C' });
    const configuration = { ObjectKey: '{datetime}/{uuid}' };

    const first = await deploy(artifact, configuration);
    const objects = await deployed();
    const second = await deploy(artifact, configuration);

    expect(second).toEqual(first);
    expect(await deployed()).toEqual(objects);
    expect(Object.keys(objects)).toHaveLength(2);
  });

  it('takes the version of the artifact that it was given', async () => {
    await stage.client.send(
      new PutBucketVersioningCommand({ Bucket: 'artifacts', VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const { VersionId: versionId = '' } = await stage.client.send(
      new PutObjectCommand({ Bucket: input.bucket, Key: input.key, Body: await zipped({ a: 'first' }) }),
    );

    await deploy(await zipped({ a: 'second' }), {}, { inputs: [{ ...input, versionId }] });

    expect(await deployed()).toEqual({ a: 'first' });
  });

  it('stops before its time is over, and goes on where it was', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, `${index}`]));
    let asks = 0;
    const remainingMillis = () => (++asks > 24 ? 60_000 : 900_000);

    const outcome = await deploy(await zipped(files), {}, { remainingMillis });
    const after = Object.keys(await deployed()).length;
    const end = await s3Deploy.resume?.(workOf(), outcome.status === 'Running' ? (outcome.cursor ?? '') : '');

    expect(outcome).toEqual({ status: 'Running', cursor: '24', summary: '24 of 40 objects' });
    expect(after).toBe(24);
    expect(end).toMatchObject({ status: 'Succeeded', summary: 'Deployed 40 objects to site' });
    expect(await deployed()).toEqual(files);
    expect(put()).toHaveLength(40);
  });

  it('has of two entries with one name the last', async () => {
    const artifact = renamed(await zipped({ 'a.txt': 'first', 'b.txt': 'last' }), 'b.txt', 'a.txt');

    await deploy(artifact);

    expect(await deployed()).toEqual({ 'a.txt': 'last' });
    expect(put()).toHaveLength(1);
  });

  it('puts every file of any artifact, with its bytes', async () => {
    const name = fc
      .stringMatching(/^[a-zA-Z0-9äß ~()'!*&$@=;:+,?%#_-]{1,12}$/)
      .filter((text) => !/^[a-z]:/i.test(text));
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `p/${parts.join('/')}`);
    const files = fc.dictionary(path, fc.string({ unit: 'binary', maxLength: 50 }), { maxKeys: 4 });
    let round = 0;

    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const prefix = `round-${++round}`;
        await deploy(await zipped(given), { ObjectKey: prefix });

        const mine = Object.entries(await deployed()).filter(([key]) => key.startsWith(`${prefix}/`));
        const expected = Object.entries(given).map(([key, body]) => [`${prefix}/${key}`, body]);
        expect(Object.fromEntries(mine)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 15 },
    );
  });
});

describe('an S3 deploy of the artifact as it is', () => {
  it('copies it, with what was asked for', async () => {
    const artifact = await zipped({ a: 'A' });

    const outcome = await deploy(artifact, {
      Extract: 'false',
      ObjectKey: 'builds/site ä.zip',
      CannedACL: 'private',
      CacheControl: 'no-store',
    });

    const { ContentType, CacheControl, ContentLength } = await objectAt('builds/site ä.zip');
    expect({ ContentType, CacheControl, ContentLength }).toEqual({
      ContentType: 'application/zip',
      CacheControl: 'no-store',
      ContentLength: artifact.length,
    });
    expect(put()).toMatchObject([{ path: '/site/builds/site ä.zip', headers: { 'x-amz-acl': 'private' } }]);
    expect(outcome).toMatchObject({ status: 'Succeeded', summary: 'Deployed 1 object to site' });
  });

  it('does not mind what it is', async () => {
    await deploy(Buffer.from('no zip'), { Extract: 'false', ObjectKey: 'a.txt' });

    expect(await deployed()).toEqual({ 'a.txt': 'no zip' });
  });

  it('puts when and a unique id into the key, the same in every try', async () => {
    const configuration = { Extract: 'false', ObjectKey: '{datetime}/{uuid}/{datetime}.zip' };

    await deploy(Buffer.from('x'), configuration);
    await deploy(Buffer.from('x'), configuration);

    const [key = '', ...more] = Object.keys(await deployed());
    expect(more).toEqual([]);
    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}';
    expect(key).toMatch(new RegExp(`^2026-03-02_08-15-04/${uuid}/2026-03-02_08-15-04\\.zip$`));
    expect(new Date(begun).toISOString()).toBe('2026-03-02T08:15:04.500Z');
  });

  it('fails without a key', async () => {
    await expect(deploy(Buffer.from('x'), { Extract: 'false' })).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'ObjectKey must be given when Extract is not true.',
    });
  });
});

describe('an S3 deploy refuses, before it has put anything,', () => {
  it.each([
    ['aaa/x', '../x'.padEnd(5, 'x')],
    ['a/bb/x', 'a/../x'],
    ['aaaa/x', '/etc/x'],
    ['aaaa/x', 'C:/win'],
    ['aa/x', 'a\\bx'],
    ['aa/bb/x', '..\\..\\x'],
    ['aa/x', 'a\0bx'],
  ])('an artifact with a hostile name in it: %s as %j', async (honest, hostile) => {
    const artifact = renamed(await zipped({ first: 'F', [honest]: 'x' }), honest, hostile);

    await expect(deploy(artifact)).rejects.toMatchObject({ name: 'Failure', code: 'ConfigurationError' });

    expect(put()).toEqual([]);
  });

  it.each([
    ['a link', 0o120777],
    ['a character device', 0o020644],
    ['a block device', 0o060644],
    ['a pipe', 0o010644],
    ['a socket', 0o140644],
  ])('an artifact with %s in it', async (_, mode) => {
    await expect(deploy(await zipped({ first: 'F', x: '/etc/passwd' }, { x: mode }))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The artifact Site has the entry "x", which is a link or a device: only files can be deployed to S3.',
    });

    expect(put()).toEqual([]);
  });

  it.each([
    ['no zip', Buffer.from('no zip at all')],
    ['empty', Buffer.alloc(0)],
  ])('an artifact that is %s', async (_, artifact) => {
    await expect(deploy(artifact)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining('The artifact Site is not a zip file: '),
    });
  });

  it('an artifact of more files than it takes', async () => {
    const artifact = await zipped({ a: 'A' });
    const end = artifact.lastIndexOf(Buffer.from('PK\x05\x06'));
    const zip64 = Buffer.alloc(56 + 20);
    zip64.write('PK\x06\x06', 0, 'latin1');
    zip64.writeBigUInt64LE(44n, 4);
    zip64.writeBigUInt64LE(100_001n, 24);
    zip64.writeBigUInt64LE(100_001n, 32);
    zip64.writeBigUInt64LE(BigInt(artifact.readUInt32LE(end + 12)), 40);
    zip64.writeBigUInt64LE(BigInt(artifact.readUInt32LE(end + 16)), 48);
    zip64.write('PK\x06\x07', 56, 'latin1');
    zip64.writeBigUInt64LE(BigInt(end), 64);
    zip64.writeUInt32LE(1, 72);
    artifact.writeUInt16LE(0xffff, end + 8);
    artifact.writeUInt16LE(0xffff, end + 10);

    const many = Buffer.concat([artifact.subarray(0, end), zip64, artifact.subarray(end)]);

    await expect(deploy(many)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The artifact Site has 100001 entries; at most 100000 are allowed.',
    });
  });

  it('an artifact that unpacks to more than it takes', async () => {
    const bytes = 21 * 1024 ** 3;
    const artifact = await zipped({ a: 'A' });
    const entry = artifact.lastIndexOf(Buffer.from('PK\x01\x02'));
    const extra = Buffer.alloc(12);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(bytes), 4);
    const end = artifact.lastIndexOf(Buffer.from('PK\x05\x06'));
    artifact.writeUInt32LE(0xffffffff, entry + 24);
    artifact.writeUInt16LE(artifact.readUInt16LE(entry + 30) + extra.length, entry + 30);
    artifact.writeUInt32LE(artifact.readUInt32LE(end + 12) + extra.length, end + 12);

    const large = Buffer.concat([artifact.subarray(0, end), extra, artifact.subarray(end)]);

    await expect(deploy(large)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: `The artifact Site unpacks to ${bytes} bytes; at most ${20 * 1024 ** 3} are allowed.`,
    });
  });

  it('an artifact that is not as it was made', async () => {
    const artifact = await zipped({ a: 'A' });
    const other = createHash('sha256').update('other').digest('hex');

    await expect(deploy(artifact, {}, { inputs: [{ ...input, sha256: other }] })).rejects.toMatchObject({
      code: 'RevisionOutOfSync',
      message: expect.stringContaining(`not ${other}`),
    });

    const sha256 = createHash('sha256').update(artifact).digest('hex');
    expect(await deploy(artifact, {}, { inputs: [{ ...input, sha256 }] })).toMatchObject({ status: 'Succeeded' });
  });
});

describe('an S3 deploy fails', () => {
  it.each(['true', 'false'])('where the bucket is not there, with Extract %s', async (Extract) => {
    const configuration = { BucketName: 'nowhere', Extract, ObjectKey: 'k' };

    await expect(deploy(await zipped({ a: 'A' }), configuration)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'No bucket with the name nowhere was found',
    });
  });

  it.each(['true', 'false'])('where the artifact is gone, with Extract %s', async (Extract) => {
    await expect(s3Deploy.start(workOf({ Extract, ObjectKey: 'k' }))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: `No object with the key ${input.key} was found in the bucket artifacts`,
    });
  });

  it.each(['true', 'false'])('where the artifact store is gone, with Extract %s', async (Extract) => {
    const gone = { ...input, bucket: 'gone' };

    await expect(s3Deploy.start(workOf({ Extract, ObjectKey: 'k' }, { inputs: [gone] }))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'No bucket with the name gone was found',
    });
  });

  it('where the bucket takes no ACLs', async () => {
    instead = ({ method }) =>
      method === 'PUT'
        ? { status: 400, body: '<Error><Code>AccessControlListNotSupported</Code><Message>No.</Message></Error>' }
        : undefined;

    await expect(deploy(await zipped({ a: 'A' }), { CannedACL: 'public-read' })).rejects.toMatchObject({
      code: 'PermissionError',
      message: "The bucket site does not allow ACLs: leave CannedACL out, or change the bucket's object ownership",
    });
  });

  it('where an entry is damaged', async () => {
    const artifact = await zipped({ a: 'A'.repeat(100_000) });
    artifact.fill(0xff, 40, 80);

    await expect(deploy(artifact)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining('The entry "a" of the artifact Site cannot be read: '),
    });
  });

  it('and begins no more files after the first that could not be put', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, `${index}`]));
    instead = ({ method, path }) =>
      method === 'PUT' && path === '/site/f3'
        ? { status: 403, body: '<Error><Code>AccessDenied</Code><Message>No.</Message></Error>' }
        : undefined;

    await expect(deploy(await zipped(files))).rejects.toMatchObject({ name: 'AccessDenied' });

    const atTheEnd = put().length;
    expect(atTheEnd).toBeLessThan(60);
    expect(Object.keys(await deployed())).toHaveLength(atTheEnd - 1);
  });

  it.each([
    ['well', { a: 'A' }, {}],
    ['by a hostile entry', { a: 'A' }, { a: 0o120777 }],
    ['by what S3 says', { a: 'A'.repeat(200_000), bad: 'x' }, {}],
  ])('or ends %s, and leaves nothing on the disk and no file open', async (_, files, modes) => {
    const folder = emptyFolder();
    vi.stubEnv('TMPDIR', folder);
    instead = ({ method, path }) => (method === 'PUT' && path === '/site/bad' ? { status: 403 } : undefined);

    await deploy(await zipped(files, modes)).catch(() => undefined);

    expect(await readdir(folder)).toEqual([]);
    await vi.waitFor(async () => expect(await openIn(folder)).toBe(0));
  });
});
