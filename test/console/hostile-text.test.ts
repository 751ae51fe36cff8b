import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outsideAddress } from '../../console/address.ts';
import { hostilePipeline } from './hostile-pipeline.ts';
import { textOf } from './reading.ts';
import { type Bench, openBench } from './serving.ts';
import { HOSTILE, HOSTILE_ADDRESSES } from './xss-corpus.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(async () => {
  await bench.close();
});

describe('text of others', () => {
  it.each(HOSTILE)('is shown and not read as HTML: %s', async (text) => {
    bench.tell(hostilePipeline(text));
    bench.logs.write('/aws/codebuild/hello-site', 'compile-2', text);

    const page = await bench.get('/hello-site');
    const list = await bench.get('/');
    const live = await bench.get('/hello-site/live');
    const log = await bench.get('/hello-site/log', 'execution=build-compile-2');

    for (const { body } of [page, list, live]) expect(body).not.toContain(text);
    expect(textOf(page.body)).toContain(text.replace(/\s+/g, ' '));
    expect(textOf(list.body)).toContain(text.replace(/\s+/g, ' '));
    expect(JSON.parse(log.body).lines[0].text).toBe(text);
    expect(log.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('leaves the page the elements that it has with harmless text', async () => {
    bench.tell(hostilePipeline('harmless'));
    const harmless = tagsOf((await bench.get('/hello-site')).body);

    for (const text of HOSTILE) {
      bench.tell(hostilePipeline(text));
      expect(tagsOf((await bench.get('/hello-site')).body)).toEqual(harmless);
    }
  });

  it('is shown whole in the query of an address too', async () => {
    bench.tell(hostilePipeline('harmless'));

    for (const text of HOSTILE) {
      const { body } = await bench.get(
        '/hello-site',
        new URLSearchParams({ execution: text, run: text, after: text }).toString(),
      );

      expect(body).not.toContain(text);
    }
  });

  it('shows directions and escapes of terminals in a commit message as what they are', async () => {
    bench.tell(hostilePipeline('safe\u202e//evil \u001b[31mred\u0007'));

    const { body } = await bench.get('/hello-site');

    expect(body).toContain('safe[U+202E]//evil red\u2407');
    for (const removed of ['\u001b', '\u0007', '\u202e']) expect(body).not.toContain(removed);
  });
});

describe('an address of others', () => {
  it.each(HOSTILE_ADDRESSES)('is no link: %s', async (address) => {
    bench.tell(hostilePipeline('harmless', address));

    const { body } = await bench.get('/hello-site');

    expect(outsideAddress(address)).toBeUndefined();
    expect([...body.matchAll(/href="([^"]*)"/g)].filter(([, href = '']) => !/^(\/|#)[^/]/.test(href))).toEqual([]);
  });

  it('is a link when it is of http or https', () => {
    expect(outsideAddress('https://example.com/a"b')).toBe('https://example.com/a%22b');
    expect(outsideAddress('http://127.0.0.1:4566/x')).toBe('http://127.0.0.1:4566/x');
    expect(outsideAddress('https://console.aws.amazon.com.example.com/')).toBe(
      'https://console.aws.amazon.com.example.com/',
    );
    expect(outsideAddress(undefined)).toBeUndefined();
  });
});

function tagsOf(page: string): readonly string[] {
  return [...page.matchAll(/<\/?[a-zA-Z!][^\s>]*/g)].map(([tag]) => tag);
}
