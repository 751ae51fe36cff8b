import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { call, NOON, ROLE, Surroundings } from './stage.ts';

let stage: Surroundings;
let lambda: LambdaService;

beforeEach(() => {
  stage = new Surroundings();
  lambda = stage.open();
});

afterEach(() => stage.close());

test('a function answers, and its next call finds the sandbox warm', async () => {
  const arn = await stage.make(
    lambda,
    'count',
    'let n = 0; export const handler = async (event) => [++n, event.name];',
  );

  const first = await call(lambda, arn, { name: 'Ada' });
  const second = await call(lambda, arn, { name: 'Bob' });

  expect(first.answer).toEqual([1, 'Ada']);
  expect(second.answer).toEqual([2, 'Bob']);
  expect(lambda.metrics.get('count')).toEqual({ invocations: 2, coldStarts: 1, errors: 0, throttles: 0 });
});

test('what the first call compiled is kept for the next sandbox, and changed code is compiled anew', async () => {
  const answering = (word: string) => `export const handler = () => '${word}';`;
  const arn = await stage.make(lambda, 'kept', answering('before'));
  expect((await call(lambda, arn)).answer).toBe('before');
  await vi.waitFor(() => expect(readdirSync(join(stage.dir, 'compiled'), { recursive: true })).not.toEqual([]));

  await stage.make(lambda, 'kept', answering('afterwards'));

  expect((await call(lambda, arn)).answer).toBe('afterwards');
});

test('an answer of nothing is null', async () => {
  const arn = await stage.make(lambda, 'nothing', 'export const handler = () => {};');

  const { answer } = await call(lambda, arn);

  expect(answer).toBeNull();
});

test("a sandbox has Lambda's variables, its own and the role's credentials, and nothing of the host's", async () => {
  vi.stubEnv('HOST_SECRET', 'x');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:9000');
  const properties = { Environment: { Variables: { TABLE: 'Runs', RETRIES: 3 } }, MemorySize: 256 };
  const arn = await stage.make(lambda, 'env', 'export const handler = () => process.env;', properties);

  const { answer } = await call(lambda, arn);

  vi.unstubAllEnvs();
  expect(answer).toMatchObject({
    AWS_LAMBDA_FUNCTION_NAME: 'env',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ACCESS_KEY_ID: 'ASIA1',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
    LAMBDA_TASK_ROOT: `${stage.dir}/env`,
    _HANDLER: 'index.handler',
    TZ: 'UTC',
    TABLE: 'Runs',
    RETRIES: '3',
  });
  expect(answer).not.toHaveProperty('HOST_SECRET');
  expect(answer).not.toHaveProperty('HOME');
  expect(stage.assumed).toEqual([{ roleArn: ROLE, sessionName: 'env', seconds: 12 * 3600 }]);
});

test("the context is Lambda's", async () => {
  const source = `export const handler = (event, context) =>
    ({ ...context, remaining: context.getRemainingTimeInMillis(), more: event.more });`;
  const arn = await stage.make(lambda, 'context', source, { Timeout: 7, MemorySize: 512 });

  const { answer } = await call(lambda, arn);

  expect(answer).toMatchObject({
    functionName: 'context',
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/context',
    awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
    logStreamName: expect.stringMatching(/^2026\/11\/22\/\[\$LATEST\][\da-f]{32}$/),
  });
  expect(answer.remaining).toBeGreaterThan(5000);
  expect(answer.remaining).toBeLessThanOrEqual(7000);
});

test("a sandbox tells the stack's time, also after the clock was turned", async () => {
  const source = `export const handler = () => [Date.now(), new Date().getTime(), new Date(5).getTime(), Date.parse('1970-01-01T00:00:01Z'),
    new Date() instanceof Date, new Date().constructor === Date, typeof Date()];`;
  const arn = await stage.make(lambda, 'time', source);

  const before = await call(lambda, arn);
  stage.clock.turn(7 * 86_400_000);
  const after = await call(lambda, arn);

  const week = 7 * 86_400_000;
  expect(before.answer).toEqual([NOON, NOON, 5, 1000, true, true, 'string']);
  expect(after.answer.slice(0, 2)).toEqual([NOON + week, NOON + week]);
});

test('an error is answered with its name, message and trace', async () => {
  const source = `export const handler = () => { throw Object.assign(new Error('no such run', { cause: new Error('deep') }), { name: 'RunNotFound' }); };`;
  const arn = await stage.make(lambda, 'failing', source);

  const { answer, functionError } = await call(lambda, arn);

  expect(functionError).toBe('Unhandled');
  expect(answer).toEqual({
    errorType: 'RunNotFound',
    errorMessage: 'no such run',
    trace: expect.arrayContaining([expect.stringContaining('failing/index.mjs')]),
  });
  await vi.waitFor(() => {
    expect(stage.lines.find(({ message }) => message.includes('Invoke Error'))?.message).toContain('deep');
  });
});

test('what is thrown and is no error is answered by its type', async () => {
  const arn = await stage.make(lambda, 'thrower', "export const handler = () => { throw 'oh'; };");

  const { answer } = await call(lambda, arn);

  expect(answer).toEqual({ errorType: 'string', errorMessage: 'oh', trace: [] });
});

test('a busy loop is ended at the time-out, and the next call has a new sandbox', async () => {
  const source = 'let n = 0; export const handler = (event) => { n += 1; while (event.loop) {} return n; };';
  const arn = await stage.make(lambda, 'loop', source, { Timeout: 1 });

  const looped = await call(lambda, arn, { loop: true });
  const next = await call(lambda, arn);

  expect(looped.functionError).toBe('Unhandled');
  expect(looped.answer.errorType).toBe('Sandbox.Timedout');
  expect(looped.answer.errorMessage).toMatch(/^RequestId: [\da-f-]{36} Error: Task timed out after 1\.00 seconds$/);
  expect(next.answer).toBe(1);
});

test.each([
  ['in small pieces', 'all.push({ a: 1, b: [1, 2, 3] })'],
  ['in arrays', 'all.push(new Array(1e4).fill({}))'],
  ['in large pieces', 'all.push(new Array(5e6).fill(1))'],
  ['in text', 'all.push("x".repeat(1000).split(""))'],
  ['in a map', 'map.set(map.size, {})'],
  ['in buffers', 'all.push(Buffer.alloc(1e6, 1))'],
])('too much memory %s fails the call, not the stack', async (_how, grow) => {
  const source = `export const handler = () => { const all = []; const map = new Map(); for (;;) ${grow}; };`;
  const arn = await stage.make(lambda, 'hungry', source, { MemorySize: 128 });

  const { answer } = await call(lambda, arn);

  expect(answer.errorType).toBe('Runtime.OutOfMemory');
});

test('process.exit fails the call, not the stack', async () => {
  const arn = await stage.make(lambda, 'exit', 'export const handler = (event) => process.exit(event.code);');

  const three = await call(lambda, arn, { code: 3 });
  const zero = await call(lambda, arn, { code: 0 });

  expect(three.answer.errorType).toBe('Runtime.ExitError');
  expect(three.answer.errorMessage).toMatch(/Error: Runtime exited with error: exit status 3$/);
  expect(zero.answer.errorMessage).toMatch(/Error: Runtime exited without providing a reason$/);
});

test('a rejection that nobody handles fails the call', async () => {
  const source = `export const handler = () => { Promise.reject(new TypeError('lost')); return new Promise(() => {}); };`;
  const arn = await stage.make(lambda, 'rejecting', source);

  const { answer } = await call(lambda, arn);

  expect(answer).toMatchObject({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'TypeError: lost' });
});

test('an exception that nobody catches fails the call', async () => {
  const source = `export const handler = () => { setTimeout(() => { throw new RangeError('late'); }); return new Promise(() => {}); };`;
  const arn = await stage.make(lambda, 'uncaught', source);

  const { answer } = await call(lambda, arn);

  expect(answer).toMatchObject({ errorType: 'RangeError', errorMessage: 'late' });
});

test('a sandbox that ends between two calls is replaced', async () => {
  const source =
    'export const handler = () => { setTimeout(() => process.exit(1), 1); return process.threadCpuUsage !== undefined; };';
  const arn = await stage.make(lambda, 'brittle', source);
  await call(lambda, arn);
  await vi.waitFor(() => expect(lambda.sandboxes).toBe(0));

  const again = await call(lambda, arn);

  expect(again.functionError).toBeUndefined();
  expect(lambda.metrics.get('brittle')?.coldStarts).toBe(2);
});

test.each([
  [
    'imports what is not there',
    "import 'missing-package'; export const handler = () => 1;",
    'Runtime.ImportModuleError',
  ],
  ['is no JavaScript', 'export const handler = ;', 'Runtime.UserCodeSyntaxError'],
  ['exports no handler', 'export const other = () => 1;', 'Runtime.HandlerNotFound'],
  ['throws while it loads', "throw new EvalError('no'); export const handler = () => 1;", 'EvalError'],
  [
    'takes a callback',
    'export const handler = (event, context, done) => done(null, 1);',
    'Runtime.CallbackHandlerDeprecated',
  ],
  [
    'takes all memory while it loads',
    'const all = []; for (;;) all.push(new Array(5e6).fill(1)); export const handler = () => 1;',
    'Runtime.OutOfMemory',
  ],
  ['exits while it loads', 'process.exit(2); export const handler = () => 1;', 'Runtime.ExitError'],
])('a bundle that %s fails the call', async (_what, source, errorType) => {
  const arn = await stage.make(lambda, 'broken', source);

  const { answer, functionError } = await call(lambda, arn);

  expect(functionError).toBe('Unhandled');
  expect(answer.errorType).toBe(errorType);
});

test('a bundle that is built again is loaded again', async () => {
  const arn = await stage.make(lambda, 'rebuilt', 'export const handler = () => 1;');
  await call(lambda, arn);

  stage.bundle('rebuilt', 'export const handler = () => 22;');
  const { answer } = await call(lambda, arn);

  expect(answer).toBe(22);
});

test('a function that the template changes runs with what it has now', async () => {
  const source = 'export const handler = () => process.env.COLOUR;';
  await stage.make(lambda, 'changed', source, { Environment: { Variables: { COLOUR: 'red' } } });
  await call(lambda, 'changed');

  await stage.make(lambda, 'changed', source, { Environment: { Variables: { COLOUR: 'blue' } } });
  const { answer } = await call(lambda, 'changed');

  expect(answer).toBe('blue');
});

test('a sandbox is replaced before its credentials end', async () => {
  const arn = await stage.make(lambda, 'keys', 'export const handler = () => process.env.AWS_ACCESS_KEY_ID;');
  await call(lambda, arn);

  stage.clock.turn(11 * 3_600_000);
  const still = await call(lambda, arn);
  stage.clock.turn(51 * 60_000);
  const renewed = await call(lambda, arn);

  expect(still.answer).toBe('ASIA1');
  expect(renewed.answer).toBe('ASIA2');
});

test('each sandbox has temporary files of its own, gone when it ends', async () => {
  const source = `import { existsSync, writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os';
    export const handler = () => { writeFileSync(tmpdir() + '/x', ''); return tmpdir(); };`;
  const arn = await stage.make(lambda, 'files', source);
  const { answer } = await call(lambda, arn);

  await lambda.close();

  expect(answer.startsWith(stage.dir)).toBe(true);
  expect(existsSync(answer)).toBe(false);
});

test('source maps that the template asks for are used', async () => {
  const properties = { Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } } };
  const arn = await stage.make(lambda, 'mapped', 'export const handler = () => process.sourceMapsEnabled;', properties);

  const { answer } = await call(lambda, arn);

  expect(answer).toBe(true);
});

test('an answer over six megabytes is an error', async () => {
  const arn = await stage.make(lambda, 'long', 'export const handler = (n) => "x".repeat(n);', { MemorySize: 512 });

  const fits = await call(lambda, arn, 6_291_554);
  const tooLong = await call(lambda, arn, 6_291_555);

  expect(fits.answer).toHaveLength(6_291_554);
  expect(tooLong.answer.errorType).toBe('Function.ResponseSizeTooLarge');
});

test('closing fails what runs and leaves no thread', async () => {
  const arn = await stage.make(lambda, 'endless', 'export const handler = () => { for (;;) {} };');
  const running = call(lambda, arn);
  await vi.waitFor(() => expect(lambda.sandboxes).toBe(1));

  await lambda.close();

  expect((await running).functionError).toBe('Unhandled');
  expect(lambda.sandboxes).toBe(0);
  await expect(lambda.invoke(arn, '{}')).rejects.toThrow('closing');
});
