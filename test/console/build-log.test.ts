import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastPiece, PIECE, pieceAfter, placeOf } from '../../console/build-log.ts';
import { Logs } from './logs.ts';
import { part, textOf } from './reading.ts';
import { addAction, addRun, build, NOW, noRuns, runId, running, succeeded } from './scenarios.ts';
import { type Bench, openBench } from './serving.ts';

const GROUP = '/aws/codebuild/hello-site';
const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

describe('the place of a log', () => {
  it.each([
    [
      'arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/p:log-stream:a/b',
      { group: '/aws/codebuild/p', stream: 'a/b' },
    ],
    ['arn:aws-cn:logs:cn-north-1:000000000000:log-group:g:log-stream:s:t', { group: 'g', stream: 's:t' }],
    ['arn:aws:logs:us-east-1:000000000000:log-group:g', undefined],
    ['arn:aws:s3:::bucket/log-group:g:log-stream:s', undefined],
    [undefined, undefined],
  ])('of %s is %j', (arn, place) => {
    expect(placeOf(arn)).toEqual(place);
  });
});

describe('a piece of a log', () => {
  const place = { group: GROUP, stream: 's' };
  const texts = ({ lines }: { lines: readonly { text: string }[] }) => lines.map(({ text }) => text);

  it('is the whole of a short log', () => {
    const logs = new Logs();
    logs.write(GROUP, 's', ...numbered(PIECE));

    const piece = lastPiece(logs.read, place);

    expect(texts(piece)).toEqual(numbered(PIECE));
    expect(piece).toMatchObject({ earlier: false, later: false, after: PIECE });
  });

  it('is the end of a long one, found in few steps', () => {
    const logs = new Logs();
    logs.write(GROUP, 's', ...numbered(25_000));

    const piece = lastPiece(logs.read, place);

    expect(texts(piece)).toEqual(numbered(PIECE, 25_000 - PIECE + 1));
    expect(piece).toMatchObject({ earlier: true, later: false, after: 25_000 });
    expect(logs.reads).toBeLessThan(40);
  });

  it('is the end also where the indexes have wide gaps', () => {
    const logs = new Logs();
    logs.skip(1_000_000);
    logs.write(GROUP, 's', ...numbered(1500));
    logs.skip(40_000);
    logs.write(GROUP, 's', ...numbered(300, 1501));
    logs.skip(70_000);
    logs.write(GROUP, 's', ...numbered(2, 1801));

    const piece = lastPiece(logs.read, place);

    expect(texts(piece)).toEqual(numbered(PIECE, 803));
    expect(logs.reads).toBeLessThan(80);
  });

  it('after an index says whether lines follow', () => {
    const logs = new Logs();
    logs.write(GROUP, 's', ...numbered(PIECE + 5));

    const first = pieceAfter(logs.read, place, 0);
    const second = pieceAfter(logs.read, place, first.after);
    const third = pieceAfter(logs.read, place, second.after);

    expect(first).toMatchObject({ earlier: false, later: true, after: PIECE });
    expect(texts(second)).toEqual(numbered(5, PIECE + 1));
    expect(second).toMatchObject({ earlier: true, later: false });
    expect(third).toMatchObject({ lines: [], after: PIECE + 5, later: false });
  });

  it('is empty where there is no such stream', () => {
    expect(lastPiece(new Logs().read, place)).toEqual({ lines: [], after: 0, earlier: false, later: false });
  });

  it('cuts a very long line and says how much is left out', () => {
    const logs = new Logs();
    logs.write(GROUP, 's', 'x'.repeat(100_000));

    const [line = ''] = texts(lastPiece(logs.read, place));

    expect(line.length).toBeLessThan(4100);
    expect(line.endsWith('x… (96000 more characters)')).toBe(true);
  });
});

describe('the log on the page', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(async () => {
    await bench.close();
  });

  it('is that of the newest build, in a region that takes the focus', async () => {
    bench.tell(running());
    bench.logs.write(GROUP, 'compile-2', 'compiling');
    bench.logs.write(GROUP, 'compile-1', 'compiled before');

    const { body } = await bench.get('/hello-site');

    const log = part(body, 'log/build-compile-2');
    expect(log).toContain('<pre class="lines" tabindex="0" role="region" aria-label="Log of Compile"');
    expect(log).toContain('<span class="line" data-clock="06:29:00">compiling\n</span>');
    expect(body).not.toContain('compiled before');
    expect(textOf(body)).toContain(
      `Build › Compile of run ${runId(2)}, started 2026-11-21 06:28:57Z, 1 min 3 s so far`,
    );
  });

  it('is that of the build chosen', async () => {
    bench.tell(running());
    bench.logs.write(GROUP, 'compile-1', 'compiled before');

    const { body } = await bench.get('/hello-site', 'execution=build-compile-1');

    expect(part(body, 'log/build-compile-1')).toContain('compiled before');
    expect(part(body, 'build/build-compile-1')).toContain('aria-current="true"');
    expect(part(body, 'build/build-compile-2')).not.toContain('aria-current');
  });

  it('is that of the newest build of the run chosen', async () => {
    const told = noRuns();
    for (const n of [1, 2, 3]) {
      addRun(told, n, 'Succeeded');
      addAction(told, n, 'Build', 'Compile', 'Succeeded', { start: NOW - 60_000 + n, result: build(`compile-${n}`) });
    }
    bench.tell(told);
    bench.logs.write(GROUP, 'compile-1', 'the first');

    const { body } = await bench.get('/hello-site', `run=${runId(1)}`);

    expect(part(body, 'log/build-compile-1')).toContain('the first');
  });

  it('finds the build chosen in a run that is not shown', async () => {
    const told = succeeded();
    for (let n = 2; n <= 30; n++) addRun(told, n, 'Stopped');
    addAction(told, 30, 'Source', 'Fetch', 'Succeeded');
    for (const stage of told.stages) delete stage.latestExecution;
    bench.tell(told);
    bench.logs.write(GROUP, 'compile-1', 'long ago');

    const { body } = await bench.get('/hello-site', 'execution=build-compile-1');

    expect(part(body, 'log/build-compile-1')).toContain('long ago');
  });

  it('says that there is none', async () => {
    bench.tell(succeeded());

    const unknown = await bench.get('/hello-site', 'execution=%3Cnone%3E');
    const empty = await bench.get('/hello-site', `run=${runId(7)}`);

    expect(unknown.status).toBe(200);
    expect(unknown.body).toContain('There is no log of an action execution &lt;none&gt; in this pipeline.');
    expect(textOf(empty.body)).toContain(`Run ${runId(7)} has no build with a log.`);
  });

  it('shows the end of a long log, and its beginning when asked', async () => {
    bench.tell(running());
    bench.logs.write(GROUP, 'compile-2', ...numbered(2500));

    const end = part((await bench.get('/hello-site')).body, 'log/build-compile-2');
    const beginning = part(
      (await bench.get('/hello-site', 'execution=build-compile-2&after=0')).body,
      'log/build-compile-2',
    );

    expect(end).toContain('>line 2500\n<');
    expect(end).not.toContain('>line 1500\n<');
    expect(end).toContain(`execution=build-compile-2&amp;after=0#log">Show it from the beginning</a>`);
    expect(end).toContain(' data-follow');
    expect(beginning).toContain('>line 1\n<');
    expect(beginning).not.toContain('>line 1001\n<');
    expect(beginning).toContain('after=1000#log">Show the lines that follow</a>');
    expect(beginning).not.toContain(' data-follow');
  });

  it('is read on as JSON, asking the API but once for its place', async () => {
    bench.tell(running());
    bench.logs.write(GROUP, 'compile-2', 'one', 'two');

    const first = await bench.get('/hello-site/log', 'execution=build-compile-2&after=0');
    bench.logs.write(GROUP, 'compile-2', 'three');
    const second = await bench.get(
      '/hello-site/log',
      `execution=build-compile-2&after=${JSON.parse(first.body).after}`,
    );

    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(first.body)).toEqual({
      lines: [
        { index: 1, clock: '06:29:00', text: 'one' },
        { index: 2, clock: '06:29:00', text: 'two' },
      ],
      after: 2,
      earlier: false,
      later: false,
    });
    expect(JSON.parse(second.body).lines).toEqual([{ index: 3, clock: '06:29:00', text: 'three' }]);
    expect(bench.api.asked).toEqual(['ListActionExecutions']);
  });

  it('is not read for an execution of another pipeline', async () => {
    bench.tell(running('mine'), noRuns('other'));
    bench.logs.write(GROUP, 'compile-2', 'not for you');

    const { status, body } = await bench.get('/other/log', 'execution=build-compile-2&after=0');

    expect(status).toBe(404);
    expect(body).toBe('{"message":"Pipeline other has no log of an action execution build-compile-2."}');
  });
});
