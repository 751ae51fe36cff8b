import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesIn, newFolder, openStage, REGION, removeFolder } from './stage.ts';

const Bucket = 'durable';
const MIB = 1024 * 1024;
let dir: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  dir = newFolder();
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  removeFolder(dir);
});

/** Serves the folder from a process of its own. */
async function serve(): Promise<{ readonly endpoint: string; readonly client: S3Client }> {
  child = fork(join(import.meta.dirname, 'server.ts'), [dir], { silent: true, execArgv: [] });
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const endpoint = line.toString().trim();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    endpoint,
    client: new S3Client({ endpoint, region: REGION, forcePathStyle: true, maxAttempts: 1, credentials }),
  };
}

async function kill(): Promise<void> {
  const exit = once(child ?? process, 'exit');
  child?.kill('SIGKILL');
  await exit;
}

function bodyOf(name: string): string {
  return createHash('sha512')
    .update(name)
    .digest('hex')
    .repeat(1 + (name.length % 7) * 200);
}

describe('kill -9', () => {
  it('loses nothing that was answered, and leaves nothing that was not', async () => {
    const answered = new Map<string, string>();
    for (let round = 0; round < 3; round += 1) {
      const { endpoint, client } = await serve();
      if (round === 0) {
        await client.send(new CreateBucketCommand({ Bucket }));
        const VersioningConfiguration = { Status: 'Enabled' as const };
        await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      }
      const enough = 25 + answered.size;
      const writer = async (id: number): Promise<void> => {
        for (let number = 0; number < 500; number += 1) {
          const name = `${round}-${id}-${'x'.repeat(number % 7)}${number}`;
          const answer = await fetch(`${endpoint}/${Bucket}/key-${id}`, { method: 'PUT', body: bodyOf(name) });
          if (answer.status !== 200) throw new Error(`Status ${answer.status}`);
          answered.set(answer.headers.get('x-amz-version-id') ?? '', `${id} ${name}`);
          if (answered.size >= enough) child?.kill('SIGKILL');
        }
      };
      await Promise.allSettled([writer(1), writer(2), writer(3), writer(4)]);
      client.destroy();
    }

    const stage = await openStage(dir);

    const { Versions = [] } = await stage.client.send(new ListObjectVersionsCommand({ Bucket }));
    const there = new Set(Versions.map(({ VersionId }) => VersionId));
    expect(answered.size).toBeGreaterThanOrEqual(75);
    expect([...answered.keys()].filter((id) => !there.has(id))).toEqual([]);
    expect(filesIn(dir)).toHaveLength(Versions.length);
    for (const [VersionId, written] of answered) {
      const [id, name = ''] = written.split(' ');
      const { Body } = await stage.client.send(new GetObjectCommand({ Bucket, Key: `key-${id}`, VersionId }));
      expect(await Body?.transformToString()).toBe(bodyOf(name));
    }
    await stage.close();
  });

  it('in the middle of a body leaves no bytes behind', async () => {
    const { endpoint, client } = await serve();
    await client.send(new CreateBucketCommand({ Bucket }));
    const options = { method: 'PUT', headers: { 'content-length': String(50 * MIB) } };
    const sending = httpRequest(`${endpoint}/${Bucket}/half`, options).on('error', () => {});
    sending.write(Buffer.alloc(5 * MIB));
    await expect.poll(() => filesIn(dir).length).toBe(1);
    await kill();
    sending.destroy();
    client.destroy();

    const stage = await openStage(dir);

    expect(filesIn(dir)).toEqual([]);
    await expect(stage.client.send(new GetObjectCommand({ Bucket, Key: 'half' }))).rejects.toThrow();
    await stage.close();
  });

  it('keeps the parts of an upload under way', async () => {
    const { endpoint, client } = await serve();
    await client.send(new CreateBucketCommand({ Bucket }));
    const begun = await fetch(`${endpoint}/${Bucket}/big?uploads`, { method: 'POST' });
    const UploadId = /<UploadId>(.*)<\/UploadId>/.exec(await begun.text())?.[1] ?? '';
    const target = `${endpoint}/${Bucket}/big?partNumber=1&uploadId=${UploadId}`;
    const answer = await fetch(target, { method: 'PUT', body: 'a part' });
    await kill();
    client.destroy();

    const stage = await openStage(dir);

    const { Parts } = await stage.client.send(new ListPartsCommand({ Bucket, Key: 'big', UploadId }));
    expect(answer.status).toBe(200);
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 6 }]);
    expect(filesIn(dir)).toHaveLength(1);
    await stage.close();
  });
});

describe('files that no object names', () => {
  it('are removed at the start', async () => {
    const stage = await openStage(dir);
    await stage.client.send(new CreateBucketCommand({ Bucket }));
    await stage.service.putObject(Bucket, 'a', 'kept');
    await stage.close();
    mkdirSync(join(dir, 's3/objects/ab'), { recursive: true });
    writeFileSync(join(dir, 's3/objects/ab/abandoned'), 'x');
    writeFileSync(join(dir, 's3/uploads/half'), 'x');

    const again = await openStage(dir);

    expect(filesIn(dir)).toHaveLength(1);
    expect(filesIn(dir)).not.toContain('abandoned');
    await again.close();
  });
});

describe('a large object', () => {
  it('passes through in bounded memory, both ways', async () => {
    const size = 200 * MIB;
    const { endpoint, client } = await serve();
    await client.send(new CreateBucketCommand({ Bucket }));
    const before = await memory();
    const block = Buffer.alloc(MIB, 'large');
    const sent = createHash('md5');
    const body = Readable.from(
      (function* () {
        for (let number = 0; number < size / MIB; number += 1) {
          block.writeUInt32BE(number);
          sent.update(block);
          yield Buffer.from(block);
        }
      })(),
    );

    const etag = await new Promise<string | undefined>((answered, failed) => {
      const options = { method: 'PUT', headers: { 'content-length': String(size) } };
      const sending = httpRequest(`${endpoint}/${Bucket}/large`, options, (answer) => {
        answer.resume();
        answered(answer.headers.etag);
      }).on('error', failed);
      body.pipe(sending);
    });
    const received = createHash('md5');
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    for await (const chunk of Body as Readable) received.update(chunk);

    const after = await memory();
    const digest = sent.digest('hex');
    expect(etag).toBe(`"${digest}"`);
    expect(received.digest('hex')).toBe(digest);
    expect(after.highest - before.highest).toBeLessThan(100 * MIB);
    client.destroy();
  });
});

async function memory(): Promise<{ readonly rss: number; readonly highest: number }> {
  child?.send('memory');
  const [answer] = await once(child ?? process, 'message');
  return answer;
}
