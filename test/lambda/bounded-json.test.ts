import { getHeapStatistics } from 'node:v8';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parseJson } from '../../functions/lambda/bounded-json.ts';

const parse = (text: string) => parseJson(Buffer.from(text), 'It is not JSON.');
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const refusedWith = (says: string) =>
  expect.objectContaining({ code: 'SerializationException', message: expect.stringContaining(says) });

describe('C04 JSON of a stranger', () => {
  it('may be 64 levels deep, and no deeper', () => {
    expect(JSON.stringify(parse(nested(64)))).toBe(nested(64));
    expect(() => parse(nested(65))).toThrow(refusedWith('more than 64 levels'));
    expect(() => parse(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)).toThrow(refusedWith('more than 64 levels'));
  });

  it('may have 100,000 members and elements, and no more', () => {
    const list = (length: number) => `[${'1,'.repeat(length - 1)}1]`;
    const object = (length: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, 1])));

    expect(parse(list(100_000))).toHaveLength(100_000);
    expect(Object.keys(parse(object(100_000)) as object)).toHaveLength(100_000);
    expect(() => parse(list(100_001))).toThrow(refusedWith('more than 100000'));
    expect(() => parse(object(100_001))).toThrow(refusedWith('more than 100000'));
    expect(() => parse(`[${'[],'.repeat(60_000)}[]]`)).toThrow(refusedWith('more than 100000'));
  });

  it('is counted outside of its texts only', () => {
    const text = `${'[{,'.repeat(100_000)}"\\\\"[${'"'.repeat(3)}`;

    expect(parse(JSON.stringify({ [text]: [text, '\\'] }))).toEqual({ [text]: [text, '\\'] });
  });

  it.each(['', '{', '"', '"\\', ']', ']'.repeat(1000), '[1,]', 'nothing'])('is none: %j', (text) => {
    expect(() => parse(text)).toThrow(refusedWith('It is not JSON.'));
  });
});

describe('C04 a body beyond the limits', () => {
  const mebibytes = (count: number, part: string) => part.repeat((count * 1024 * 1024) / part.length);
  let api: typeof import('../../functions/api/api.ts').handler;
  beforeAll(async () => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    ({ handler: api } = await import('../../functions/api/api.ts'));
    for (let warm = 0; warm < 20; warm += 1) await ask(mebibytes(1, '[1,2],'));
    return () => vi.unstubAllEnvs();
  });

  async function ask(body: string) {
    const headers = { 'x-amz-target': 'CodePipeline_20150709.ListPipelines' };
    const invokedFunctionArn = 'arn:aws:lambda:us-east-1:123456789012:function:sluice';
    return api(
      { headers, body, requestContext: { http: { userAgent: 'test' } } } as unknown as APIGatewayProxyEventV2,
      { awsRequestId: 'request', invokedFunctionArn } as Context,
    );
  }

  it.each([
    ['too large', `{"a":"${mebibytes(5, 'x')}"}`, 'bytes; at most'],
    ['nested without end', mebibytes(3, '['), 'more than 64 levels'],
    ['of empty lists', `[${mebibytes(3, '[],')}[]]`, 'more than 100000'],
    [
      'of many keys',
      `{${Array.from({ length: 250_000 }, (_, index) => `"key${index}":1`).join()}}`,
      'more than 100000',
    ],
    ['of numbers', `[${mebibytes(3, '1,')}1]`, 'more than 100000'],
  ])('that is %s is refused within 50 ms of work, and takes less than 20 MiB', async (_, body, says) => {
    const before = { cpu: process.cpuUsage(), heap: getHeapStatistics().used_heap_size };

    const answer = await ask(body);
    const { user } = process.cpuUsage(before.cpu);
    const grown = getHeapStatistics().used_heap_size - before.heap;

    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(says);
    expect(user / 1000).toBeLessThan(50);
    expect(grown / 1024 / 1024).toBeLessThan(20);
  });
});
