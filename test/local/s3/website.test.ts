import {
  CreateBucketCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder, openStage, removeFolder, type Stage } from './stage.ts';

const Bucket = 'site';
let dir: string;
let stage: Stage;

beforeEach(async () => {
  dir = newFolder();
  stage = await openStage(dir);
  await stage.client.send(new CreateBucketCommand({ Bucket }));
  await configure({ IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'errors/404.html' } });
  await put('index.html', '<h1>home</h1>', { ContentType: 'text/html', CacheControl: 'max-age=60' });
});

afterEach(async () => {
  expect(stage.faults).toEqual([]);
  await stage.close();
  removeFolder(dir);
});

function configure(WebsiteConfiguration: WebsiteConfiguration) {
  return stage.client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
}

function put(Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) {
  return stage.client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/html', ...more }));
}

async function get(path: string, options: RequestInit = {}) {
  const answer = await fetch(`${stage.endpoint}/sites${path}`, { redirect: 'manual', ...options });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

describe('a website', () => {
  it('serves objects with the headers that they were put with', async () => {
    await put('a b/style.css', 'body {}', { ContentType: 'text/css' });

    const home = await get('/site/');
    const style = await get('/site/a%20b/style.css');

    expect(home).toMatchObject({ status: 200, text: '<h1>home</h1>' });
    expect(home.headers.get('content-type')).toBe('text/html');
    expect(home.headers.get('cache-control')).toBe('max-age=60');
    expect(home.headers.get('x-content-type-options')).toBe('nosniff');
    expect(style).toMatchObject({ status: 200, text: 'body {}' });
  });

  it.each(['/site/', '/site/missing', '/nowhere/', '/site/evil.svg'])(
    'C30 has no origin, so that its scripts read no mail and approve nothing: %s',
    async (path) => {
      await put('evil.svg', '<svg/>', { ContentType: 'image/svg+xml' });

      const { headers } = await get(path);

      expect(headers.get('content-security-policy')).toMatch(
        /^sandbox( allow-(scripts|forms|popups|modals|downloads))+$/,
      );
      expect(headers.get('content-security-policy')).not.toContain('same-origin');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    },
  );

  it('serves the index of a folder, and leads to it', async () => {
    await put('docs/my page/index.html', 'docs');

    const led = await get('/site/docs/my%20page');
    const bare = await get('/site');
    const location = new URL(led.headers.get('location') ?? '', `${stage.endpoint}/sites/site/docs/my%20page`);

    expect(led.status).toBe(302);
    expect(location.pathname).toBe('/sites/site/docs/my%20page/');
    expect((await get('/site/docs/my%20page/')).text).toBe('docs');
    expect(new URL(bare.headers.get('location') ?? '', `${stage.endpoint}/sites/site`).pathname).toBe('/sites/site/');
  });

  it('never leads off itself', async () => {
    await put('/evil.example/index.html', 'x');

    const led = await get('/site//evil.example');

    expect(new URL(led.headers.get('location') ?? '', `${stage.endpoint}/sites/site//evil.example`).origin).toBe(
      stage.endpoint,
    );
  });

  it('answers what is missing with the error document', async () => {
    await put('errors/404.html', 'our page');

    const missing = await get('/site/none');

    expect(missing).toMatchObject({ status: 404, text: 'our page' });
    expect(missing.headers.get('content-type')).toBe('text/html');
  });

  it('answers with a page of its own when there is no error document', async () => {
    const missing = await get('/site/%3Cscript%3Ealert(1)%3C/script%3E');

    expect(missing.status).toBe(404);
    expect(missing.text).toContain('Code: NoSuchKey');
    expect(missing.text).not.toContain('<script>');
    expect(missing.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('spares who has the page already', async () => {
    const { headers } = await get('/site/');

    const again = await get('/site/', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    const part = await get('/site/', { headers: { range: 'bytes=0-3' } });
    const beyond = await get('/site/', { headers: { range: 'bytes=99-' } });

    expect(again).toMatchObject({ status: 304, text: '' });
    expect(part).toMatchObject({ status: 206, text: '<h1>' });
    expect(beyond.status).toBe(416);
  });

  it('answers HEAD without a body, and no other method', async () => {
    const head = await get('/site/', { method: 'HEAD' });
    const missing = await get('/site/none', { method: 'HEAD' });
    const posted = await get('/site/', { method: 'POST' });

    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers.get('content-length')).toBe('13');
    expect(missing).toMatchObject({ status: 404, text: '' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });

  it('takes no orders in the query', async () => {
    const answer = await get('/site/?response-content-type=image/png&versionId=x');

    expect(answer.headers.get('content-type')).toBe('text/html');
  });

  it('follows the redirects of objects and of the whole bucket', async () => {
    await put('old', '', { WebsiteRedirectLocation: '/new' });
    const one = await get('/site/old');
    await configure({ RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' } });

    const all = await get('/site/a%20b/c');

    expect([one.status, one.headers.get('location')]).toEqual([301, '/new']);
    expect([all.status, all.headers.get('location')]).toEqual([301, 'https://example.com/a%20b/c']);
  });

  it('is only of buckets that are configured so', async () => {
    await stage.client.send(new CreateBucketCommand({ Bucket: 'private' }));
    await stage.client.send(new PutObjectCommand({ Bucket: 'private', Key: 'index.html', Body: 'secret' }));

    expect(await get('/private/index.html')).toMatchObject({
      status: 404,
      text: expect.not.stringContaining('secret'),
    });
    expect((await get('/nowhere/')).status).toBe(404);
    expect((await get('/')).status).toBe(404);
    expect((await get('/site/%ff')).status).toBe(400);
  });
});
