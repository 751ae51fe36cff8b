import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { call, Surroundings } from './stage.ts';

let stage: Surroundings;
let lambda: LambdaService;

beforeEach(() => {
  stage = new Surroundings();
  lambda = stage.open();
});

afterEach(() => stage.close());

/** The log once it has `count` lines. */
async function logged(count: number) {
  await vi.waitFor(() => expect(stage.lines.length).toBeGreaterThanOrEqual(count));
  return stage.lines.map(({ message }) => message);
}

test('a call is logged between START, END and REPORT, with the time of the stack', async () => {
  const source = `export const handler = (event, { awsRequestId }) => { console.log('run %s', 7); console.error({ a: 1 }); return awsRequestId; };`;
  const arn = await stage.make(lambda, 'plain', source);

  const { answer: id } = await call(lambda, arn);

  expect(await logged(5)).toEqual([
    `START RequestId: ${id} Version: $LATEST`,
    `2026-11-22T12:30:00.000Z\t${id}\tINFO\trun 7`,
    `2026-11-22T12:30:00.000Z\t${id}\tERROR\t{ a: 1 }`,
    `END RequestId: ${id}`,
    expect.stringMatching(
      `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t$`,
    ),
  ]);
  expect(new Set(stage.lines.map(({ time }) => time))).toEqual(new Set([stage.clock.now()]));
});

test('calls of one sandbox share a stream; the second reports no start of the sandbox', async () => {
  const arn = await stage.make(lambda, 'plain', 'export const handler = () => {};');

  await call(lambda, arn);
  await call(lambda, arn);

  const lines = await logged(6);
  expect(new Set(stage.lines.map(({ stream }) => stream)).size).toBe(1);
  expect(lines.filter((line) => line.includes('Init Duration'))).toHaveLength(1);
});

test('what a logger writes to standard output is logged as it is, a line an event', async () => {
  const source = `import { Console } from 'node:console'; const logger = new Console({ stdout: process.stdout, stderr: process.stderr });
    export const handler = () => { logger.log('{"level":"INFO"}'); process.stdout.write('one\\ntwo\\n'); };`;
  const arn = await stage.make(lambda, 'structured', source);

  await call(lambda, arn);

  expect((await logged(6)).slice(1, 4)).toEqual(['{"level":"INFO"}', 'one', 'two']);
});

test('a JSON log has the lines of Lambda and of the console as JSON, from its level up', async () => {
  const source = `export const handler = () => { console.info('low'); console.warn('high', new Error('bad')); console.error(new Error('bad')); };`;
  const LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', LogGroup: '/sluice' };
  const arn = await stage.make(lambda, 'json', source, { LoggingConfig });

  await call(lambda, arn);

  const lines = (await logged(4)).map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { time: '2026-11-22T12:30:00.000Z', type: 'platform.start', record: { version: '$LATEST' } },
    { timestamp: '2026-11-22T12:30:00.000Z', level: 'WARN', message: expect.stringContaining('high Error: bad') },
    { level: 'ERROR', message: { errorType: 'Error', errorMessage: 'bad' } },
    { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 128 } } },
  ]);
  expect(stage.lines[0]).toMatchObject({ group: '/sluice', stream: expect.stringContaining('/json[$LATEST]') });
});

test('the platform is silent in a JSON log when its level is WARN', async () => {
  const LoggingConfig = { LogFormat: 'JSON', SystemLogLevel: 'WARN' };
  const arn = await stage.make(lambda, 'quiet', "export const handler = () => console.log('only');", { LoggingConfig });

  await call(lambda, arn);

  const [line, ...others] = await logged(1);
  expect(others).toEqual([]);
  expect(JSON.parse(line ?? '')).toMatchObject({ message: 'only' });
});

test('a call that is ended still has in the log what it wrote', async () => {
  const source = `export const handler = () => { console.log('last words'); for (;;) {} };`;
  const arn = await stage.make(lambda, 'ended', source, { Timeout: 1 });

  await call(lambda, arn);

  const lines = await logged(5);
  expect(lines[1]).toContain('last words');
  expect(lines[2]).toMatch(/Task timed out after 1\.00 seconds$/);
  expect(lines[4]).toMatch(/Duration: 1000\.00 ms.*Status: timeout\t$/);
});

test('an error that ends the sandbox is named in the report', async () => {
  const arn = await stage.make(lambda, 'exit', 'export const handler = () => process.exit(1);');

  await call(lambda, arn);

  const lines = await logged(3);
  expect(lines.at(-1)).toMatch(/Status: error\tError Type: Runtime.ExitError\t$/);
});

test('closing loses no line', async () => {
  const arn = await stage.make(lambda, 'plain', 'export const handler = () => {};');
  await call(lambda, arn);

  await lambda.close();

  expect(stage.lines).toHaveLength(3);
});
