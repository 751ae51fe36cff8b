import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { crc32 } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALGORITHMS, type Algorithm, checksumOfParts, hasher } from '../../../local/s3/checksum.ts';
import { filesIn, newFolder, openStage, removeFolder, type Stage } from './stage.ts';

const Bucket = 'payloads';
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

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const sumOf = (algorithm: Algorithm, bytes: Uint8Array) => {
  const sum = hasher(algorithm);
  sum.update(bytes);
  return sum.digest();
};
const crcOf = (text: string) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(text));
  return sum.toString('base64');
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function put(body: string, headers: Record<string, string>, query = ''): Promise<Answer> {
  const answer = await fetch(`${stage.endpoint}/${Bucket}/key${query}`, { method: 'PUT', body, headers });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

async function stored(): Promise<string | undefined> {
  const answer = await fetch(`${stage.endpoint}/${Bucket}/key`);
  return answer.status === 200 ? answer.text() : undefined;
}

function coded(chunks: readonly string[], trailers: readonly string[] = [], signed = false): string {
  const signature = signed ? `;chunk-signature=${'0'.repeat(64)}` : '';
  const lines = [...chunks, ''].map((chunk) => {
    const header = `${Buffer.byteLength(chunk).toString(16)}${signature}\r\n`;
    return chunk === '' ? header : `${header}${chunk}\r\n`;
  });
  return `${lines.join('')}${trailers.map((line) => `${line}\r\n`).join('')}\r\n`;
}

function codedHeaders(size: number, mode: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': mode,
    'x-amz-decoded-content-length': String(size),
    ...more,
  };
}

describe('a plain body', () => {
  it('must be the one that was signed', async () => {
    const wrong = await put('hello', { 'x-amz-content-sha256': sha256('other') });
    const before = await stored();
    const right = await put('hello', { 'x-amz-content-sha256': sha256('hello') });

    expect(wrong).toMatchObject({ status: 400, text: expect.stringContaining('XAmzContentSHA256Mismatch') });
    expect(before).toBeUndefined();
    expect(right.status).toBe(200);
    expect(filesIn(dir)).toHaveLength(1);
  });

  it('may be unsigned', async () => {
    expect((await put('hello', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).status).toBe(200);
    expect(await stored()).toBe('hello');
  });

  it('must have the Content-MD5 that was promised', async () => {
    const md5 = createHash('md5').update('hello').digest('base64');

    expect((await put('hellO', { 'content-md5': md5 })).text).toContain('<Code>BadDigest</Code>');
    expect((await put('hello', { 'content-md5': 'short' })).text).toContain('<Code>InvalidDigest</Code>');
    expect((await put('hello', { 'content-md5': md5 })).status).toBe(200);
  });

  it('is refused when the hash is of an unknown kind', async () => {
    const answer = await put('x', { 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' });

    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('InvalidArgument') });
  });

  it('must have a length', async () => {
    const status = await new Promise((answered, failed) => {
      const sending = httpRequest(`${stage.endpoint}/${Bucket}/key`, { method: 'PUT' }, (answer) => {
        answer.resume();
        answered(answer.statusCode);
      }).on('error', failed);
      sending.write('part');
      sending.end('part');
    });

    expect(status).toBe(411);
  });

  it('that breaks off leaves nothing', async () => {
    await new Promise<void>((closed) => {
      const options = { method: 'PUT', headers: { 'content-length': '100000' } };
      const sending = httpRequest(`${stage.endpoint}/${Bucket}/key`, options);
      sending.on('error', () => {}).on('close', () => closed());
      sending.write('the beginning', () => sending.destroy());
    });

    await expect.poll(() => filesIn(dir)).toEqual([]);
    expect(await stored()).toBeUndefined();
  });

  it('of a presigned request has headers in the query', async () => {
    const query = '?X-Amz-Signature=verified&x-amz-meta-from=query&X-Amz-Date=x&x-amz-checksum-crc32=AAAAAA%3D%3D';

    const answer = await put('hello', {}, query);

    const got = await fetch(`${stage.endpoint}/${Bucket}/key`);
    expect(answer.status).toBe(200);
    expect(got.headers.get('x-amz-meta-from')).toBe('query');
    await got.text();
  });
});

it.each([
  ['an object', 'key', `5;${'x'.repeat(50_000_000)}`, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
  ['a document', '?tagging', 'x'.repeat(50_000_000), 'UNSIGNED-PAYLOAD'],
])(
  'reads over the rest of %s that was refused halfway, so that the connection goes on',
  async (_, path, body, mode) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = { ...codedHeaders(5, mode), 'content-length': body.length };
    const send = (method: string, to: string, text?: string) =>
      new Promise<number | undefined>((answered, failed) => {
        const options = text === undefined ? { method, agent } : { method, agent, headers };
        httpRequest(`${stage.endpoint}/${Bucket}/${to}`, options, (answer) => {
          answer.resume().on('end', () => answered(answer.statusCode));
        })
          .on('error', failed)
          .end(text);
      });

    const refused = await send('PUT', path, body);
    const next = await send('GET', '');

    expect([refused, next]).toEqual([400, 200]);
    agent.destroy();
  },
);

it('refuses presigned headers that cannot be', async () => {
  const answer = await put('x', {}, '?X-Amz-Signature=verified&x-amz-meta-a=b%0d%0ac');

  expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('cannot be a header') });
});

describe('checksums', () => {
  it.each(ALGORITHMS)('%s is verified, kept and told to who asks', async (algorithm) => {
    const ChecksumAlgorithm = algorithm.toUpperCase() as 'CRC32';
    const name = `x-amz-checksum-${algorithm}`;
    const value = sumOf(algorithm, Buffer.from('hello'));

    const wrong = await put('other', { [name]: value });
    const right = await put('hello', { [name]: value });

    const got = await stage.client.send(new GetObjectCommand({ Bucket, Key: 'key', ChecksumMode: 'ENABLED' }));
    const silent = await fetch(`${stage.endpoint}/${Bucket}/key`);
    expect(wrong.text).toContain('<Code>BadDigest</Code>');
    expect(right.headers.get(name)).toBe(value);
    expect(got[`Checksum${ChecksumAlgorithm}`]).toBe(value);
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(silent.headers.get(name)).toBeNull();
    await silent.text();
  });

  it('are computed as their specifications say', () => {
    const digits = Buffer.from('123456789');
    const hex = (algorithm: Algorithm) => Buffer.from(sumOf(algorithm, digits), 'base64').toString('hex');

    expect(hex('crc32')).toBe('cbf43926');
    expect(hex('crc32c')).toBe('e3069283');
    expect(hex('crc64nvme')).toBe('ae8b14860a799888');
  });

  it('of parts together are those of the whole', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const crcs = fc.constantFrom<Algorithm>('crc32', 'crc32c', 'crc64nvme');
    fc.assert(
      fc.property(crcs, fc.array(bytes, { minLength: 1, maxLength: 5 }), (algorithm, parts) => {
        const measured = parts.map((part) => ({ size: part.length, value: sumOf(algorithm, part) }));

        const { value } = checksumOfParts(algorithm, 'FULL_OBJECT', measured);

        expect(value).toBe(sumOf(algorithm, Buffer.concat(parts)));
      }),
    );
  });

  it('of an algorithm that is not there are refused by name', async () => {
    const answer = await put('x', { 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' });

    expect(answer.status).toBe(501);
    expect(answer.text).toContain('checksum algorithm xxhash64');
    expect(answer.text).toContain('AWS_ENDPOINT_URL_S3');
  });

  it('are refused when two come, or one of the wrong length', async () => {
    const two = await put('x', {
      'x-amz-checksum-crc32': crcOf('x'),
      'x-amz-checksum-sha1': sumOf('sha1', Buffer.from('x')),
    });
    const short = await put('x', { 'x-amz-checksum-crc32': 'AAAA' });

    expect(two.text).toContain('Multiple checksum Types');
    expect(short.text).toContain('<Code>InvalidRequest</Code>');
  });
});

describe('an aws-chunked body', () => {
  const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

  it('is decoded, signed chunks and all', async () => {
    const answer = await put(coded(['hello ', 'world'], [], true), codedHeaders(11, SIGNED));

    expect(answer.status).toBe(200);
    expect(await stored()).toBe('hello world');
  });

  it.each([TRAILER, `${SIGNED}-TRAILER`])('must have the trailing checksum that it announces: %s', async (mode) => {
    const announced = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
    const send = (trailers: readonly string[]) =>
      put(coded(['hello ', 'world'], trailers), codedHeaders(11, mode, announced));

    const missing = await send([]);
    const wrong = await send([`x-amz-checksum-crc32:${crcOf('other')}`]);
    const right = await send([`x-amz-checksum-crc32:${crcOf('hello world')}`, 'x-amz-trailer-signature:00']);

    expect(missing.text).toContain('<Code>MalformedTrailerError</Code>');
    expect(wrong.text).toContain('<Code>BadDigest</Code>');
    expect(right.headers.get('x-amz-checksum-crc32')).toBe(crcOf('hello world'));
  });

  it.each([
    ['is cut off', coded(['hello']).slice(0, 6)],
    ['has no chunk header', 'hello'],
    ['has a chunk longer than its header says', '3\r\nhello\r\n0\r\n\r\n'],
    ['has a chunk header without end', `5;${'x'.repeat(40_000)}`],
    ['has other bytes than were promised', coded(['hell'])],
  ])('is refused when it %s', async (_, body) => {
    const answer = await put(body, codedHeaders(5, TRAILER));

    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('IncompleteBody') });
    expect(filesIn(dir)).toEqual([]);
  });

  it('is refused without its decoded length', async () => {
    const { 'x-amz-decoded-content-length': _, ...headers } = codedHeaders(5, TRAILER);

    expect(await put(coded(['hello']), headers)).toMatchObject({ status: 411 });
  });

  it('keeps the other codings of the object', async () => {
    await put(coded(['hello']), codedHeaders(5, TRAILER, { 'content-encoding': 'aws-chunked,br' }));

    const head = await fetch(`${stage.endpoint}/${Bucket}/key`, { method: 'HEAD' });
    expect(head.headers.get('content-encoding')).toBe('br');
  });

  it('may be cut anywhere on its way', async () => {
    const body = coded(['hello ', 'world'], [`x-amz-checksum-crc32:${crcOf('hello world')}`]);
    const headers = codedHeaders(11, TRAILER, {
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'content-length': String(body.length),
    });

    const status = await new Promise((answered, failed) => {
      const options = { method: 'PUT', headers };
      const sending = httpRequest(`${stage.endpoint}/${Bucket}/key`, options, (answer) => {
        answer.resume();
        answered(answer.statusCode);
      }).on('error', failed);
      sending.setNoDelay(true);
      const send = (at: number): void => {
        if (at < body.length) sending.write(body.slice(at, at + 1), () => setImmediate(send, at + 1));
        else sending.end();
      };
      send(0);
    });

    expect(status).toBe(200);
    expect(await stored()).toBe('hello world');
  });

  it('comes so from the client, for each checksum', async () => {
    for (const ChecksumAlgorithm of ['CRC32', 'SHA1', 'SHA256'] as const) {
      const put = new PutObjectCommand({ Bucket, Key: 'key', Body: 'abc', ChecksumAlgorithm });

      const answer = await stage.client.send(put);

      const expected = sumOf(ChecksumAlgorithm.toLowerCase() as Algorithm, Buffer.from('abc'));
      expect(answer[`Checksum${ChecksumAlgorithm}`]).toBe(expected);
    }
  });
});
