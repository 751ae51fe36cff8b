import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { part, textOf } from './reading.ts';
import { failedBuild, noRuns, runId, running, succeeded, waitingApproval } from './scenarios.ts';
import { type Bench, openBench } from './serving.ts';

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(async () => {
  await bench.close();
});

describe('the list of pipelines', () => {
  it('shows each with the state of its newest run', async () => {
    bench.tell(running('a'), failedBuild('b'), noRuns('c'));

    const { status, body } = await bench.get('/');

    expect(status).toBe(200);
    expect(textOf(part(body, 'pipeline/a'))).toBe(
      'a In progress Run c0ffee02 · started 2026-11-21 06:28:45Z, 1 min ago · 1 min 15 s so far 4f2a9c1 Landing page: show the opening hours',
    );
    expect(textOf(part(body, 'pipeline/b'))).toContain('b Failed Run c0ffee02');
    expect(textOf(part(body, 'pipeline/c'))).toBe('c Not started Version 3 has not run yet.');
    expect(part(body, 'pipeline/b')).toContain('<a href="/pipelines/b">');
  });

  it('is the same without the slash', async () => {
    bench.tell(succeeded());

    expect((await bench.get('')).body).toBe((await bench.get('/')).body);
  });

  it('tells who has no pipeline how to make one', async () => {
    const { status, body } = await bench.get('/');

    expect(status).toBe(200);
    expect(textOf(body)).toContain(
      `There is no pipeline yet. Create one from a definition: aws codepipeline create-pipeline --cli-input-json file://pipeline.json --region us-east-1 --endpoint-url ${bench.api.endpoint}`,
    );
  });

  it('shows many pipelines page by page', async () => {
    bench.api.pageSize = 2;
    bench.tell(noRuns('a'), noRuns('b'), noRuns('c'));

    const first = await bench.get('/');
    const second = await bench.get('/', 'after=2');

    expect(first.body).toContain('<a href="/pipelines/?after=2">More pipelines</a>');
    expect(first.body).not.toContain('id="pipeline/c"');
    expect(second.body).toContain('id="pipeline/c"');
    expect(second.body).not.toContain('More pipelines');
    expect((await bench.get('/', 'after=nonsense')).status).toBe(404);
  });

  it('links to pipelines that have the names of its own files', async () => {
    bench.tell(succeeded('style.css'), succeeded('page.js'));

    const { body } = await bench.get('/');
    const page = await bench.get('/style.css/');

    expect(body).toContain('href="/pipelines/style.css/"');
    expect(body).toContain('href="/pipelines/page.js/"');
    expect(page.body).toContain('<h1>style.css</h1>');
  });
});

describe('what the console answers', () => {
  it('serves style and script from its own address', async () => {
    const style = await bench.get('/style.css');
    const script = await bench.get('/page.js');

    expect(style.headers['content-type']).toBe('text/css; charset=utf-8');
    expect(style.body).toContain('prefers-color-scheme: dark');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.body).toContain('fetch(');
  });

  it.each([
    '',
    '/',
    '/hello-site',
    '/hello-site/live',
    '/hello-site/log',
    '/style.css',
    '/page.js',
    '/unknown',
    '/a/b/c',
    '/%',
  ])('lets nothing be run, loaded, framed or kept at %j', async (path) => {
    bench.tell(succeeded());

    const { headers, body } = await bench.get(path);

    expect(headers['content-security-policy']).toBe(POLICY);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    if (path.startsWith('/style.css') || path.startsWith('/page.js')) return;
    expect(body).not.toMatch(/<script(?! type="module" src="\/pipelines\/page\.js"><\/script>)/);
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('refuses %s', async (method) => {
    const { status, headers } = await bench.request(method, '/hello-site');

    expect(status).toBe(405);
    expect(headers['allow']).toBe('GET, HEAD');
    expect(bench.api.asked).toEqual([]);
  });

  it('answers HEAD as GET, without the body', async () => {
    bench.tell(succeeded());

    const { status, headers, body } = await bench.request('HEAD', '/hello-site');

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toBe('');
  });

  it.each([
    ['a pipeline that there is not', '/gone'],
    ['what changes on its page', '/gone/live'],
    ['a name that no pipeline can have', '/a%20b%3Cscript%3E'],
  ])('answers 404 for %s', async (_, path) => {
    const { status, body } = await bench.get(path);

    expect(status).toBe(404);
    expect(body).toContain('<h1>No such pipeline</h1>');
    expect(body).toContain('href="/pipelines/"');
    expect(body).not.toContain('<script>');
  });

  it.each(['/hello-site/other', '/hello-site/live/more', '/hello-site//', '/%E0%A4%A'])(
    'answers 404 for %s',
    async (path) => {
      bench.tell(succeeded());

      const { status, body } = await bench.get(path);

      expect(status).toBe(404);
      expect(body).toContain('<h1>No such page</h1>');
    },
  );

  it('says what the API said when it failed', async () => {
    bench.api.broken = { code: 'AccessDeniedException', message: 'The caller may not <call> GetPipeline.' };

    const { status, body } = await bench.get('/hello-site');

    expect(status).toBe(502);
    expect(body).toContain('AccessDeniedException: The caller may not &lt;call&gt; GetPipeline.');
  });

  it('says so when the API cannot be reached', async () => {
    const { endpoint } = bench.api;
    await bench.api.close();

    const { status, body } = await bench.get('/');

    expect(status).toBe(502);
    expect(body).toContain(endpoint.replace('http://', ''));
  });

  it('asks the API only to read', async () => {
    bench.tell(waitingApproval());

    await bench.get('/');
    await bench.get('/hello-site', `run=${runId(1)}`);
    await bench.get('/hello-site/live');
    await bench.get('/hello-site/log', 'execution=build-compile-2');

    expect(new Set(bench.api.asked)).toEqual(
      new Set(['ListPipelines', 'ListPipelineExecutions', 'GetPipeline', 'GetPipelineState', 'ListActionExecutions']),
    );
  });

  it('never shows the token of an approval', async () => {
    const told = waitingApproval();
    const state = told.stages[2]?.actionStates?.[0];
    if (state)
      state.latestExecution = { actionExecutionId: 'approve-review-2', status: 'InProgress', token: 'secret-token' };
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(body).not.toContain('secret-token');
  });
});
