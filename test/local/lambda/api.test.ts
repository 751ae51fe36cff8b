import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { ROLE, STREAM, Surroundings, serve } from './stage.ts';

const ECHO =
  'export const handler = async (event, context) => ({ event, id: context.awsRequestId, client: context.clientContext });';

let stage: Surroundings;
let lambda: LambdaService;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  stage = new Surroundings();
  lambda = stage.open();
  server = await serve(lambda);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await stage.close();
});

function post(path: string, body: string, headers: Record<string, string> = {}) {
  return fetch(server.url + path, { method: 'POST', body, headers });
}

async function get(path: string) {
  const response = await fetch(server.url + path);
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: JSON.parse(await response.text()),
  };
}

test('Invoke runs a function and answers what it answers', async () => {
  const arn = await stage.make(lambda, 'echo', ECHO);

  const byName = await post('/functions/echo/invocations', '{"a":1}');
  const byArn = await post(`/functions/${encodeURIComponent(arn)}/invocations?Qualifier=%24LATEST`, '');

  expect(byName.status).toBe(200);
  expect(byName.headers.get('x-amz-executed-version')).toBe('$LATEST');
  expect(byName.headers.get('x-amz-function-error')).toBeNull();
  expect(await byName.json()).toEqual({ event: { a: 1 }, id: '11111111-2222-4333-8444-555555555555' });
  expect(await byArn.json()).toMatchObject({ event: {} });
});

test("Invoke tells a function's error by a header", async () => {
  await stage.make(lambda, 'failing', "export const handler = () => { throw new Error('no'); };");

  const response = await post('/functions/failing/invocations', '{}');

  expect(response.status).toBe(200);
  expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
  expect(await response.json()).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
});

test('Invoke hands over the client context and answers the end of the log', async () => {
  await stage.make(lambda, 'echo', ECHO.replace('=> (', "=> (console.log('here'), "));
  const context = Buffer.from('{"custom":{"x":1}}').toString('base64');

  const response = await post('/functions/echo/invocations', '{}', {
    'x-amz-client-context': context,
    'x-amz-log-type': 'Tail',
  });

  const log = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString();
  expect(log).toMatch(/^START .*\n.*here\nEND .*\nREPORT .*\n$/);
  expect(await response.json()).toMatchObject({ client: { custom: { x: 1 } } });
});

test('Invoke as an event answers before the function ran', async () => {
  const source = `import { writeFileSync } from 'node:fs'; export const handler = (event) => writeFileSync(event.file, '');`;
  await stage.make(lambda, 'later', source);
  const file = `${stage.dir}/ran`;

  const response = await post('/functions/later/invocations', JSON.stringify({ file }), {
    'x-amz-invocation-type': 'Event',
  });
  const before = existsSync(file);
  lambda.start();

  expect([response.status, await response.text(), before]).toEqual([202, '', false]);
  await vi.waitFor(() => expect(existsSync(file)).toBe(true));
});

test('Invoke as a dry run runs nothing', async () => {
  await stage.make(lambda, 'echo', ECHO);

  const response = await post('/functions/echo/invocations', '{}', { 'x-amz-invocation-type': 'DryRun' });

  expect(response.status).toBe(204);
  expect(lambda.metrics.get('echo')).toBeUndefined();
});

test.each([
  ['/functions/nobody/invocations', '{}', {}, 404, 'ResourceNotFoundException'],
  ['/functions/echo:PROD/invocations', '{}', {}, 404, 'ResourceNotFoundException'],
  ['/functions/..%2Fecho/invocations', '{}', {}, 404, 'ResourceNotFoundException'],
  ['/functions/echo/invocations', '{', {}, 400, 'InvalidRequestContentException'],
  ['/functions/echo/invocations', '{}', { 'x-amz-invocation-type': 'Never' }, 400, 'InvalidParameterValueException'],
  ['/functions/echo/invocations', '{}', { 'x-amz-client-context': 'e30x' }, 400, 'InvalidRequestContentException'],
  ['/functions/echo/invocations', `"${'x'.repeat(6_291_455)}"`, {}, 413, 'RequestTooLargeException'],
  ['/functions/echo/versions', '{}', {}, 404, 'UnknownOperationException'],
])('POST %s of %.9s with %o is refused', async (path, body, headers, status, code) => {
  await stage.make(lambda, 'echo', ECHO);

  const response = await post(path, body, headers);

  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, code]);
  expect(await response.json()).toMatchObject({ Type: 'User', Message: expect.any(String) });
});

test('an operation that is not there is named with the variable that points elsewhere', async () => {
  const { body } = await get('/layers');

  expect(body.Message).toBe(
    'The local stack has no Lambda operation GET /2015-03-31/layers. Set AWS_ENDPOINT_URL_LAMBDA to use another endpoint.',
  );
});

test('GetFunction and GetFunctionConfiguration describe a function', async () => {
  const arn = await stage.make(lambda, 'echo', ECHO, {
    MemorySize: '256',
    Architectures: ['arm64'],
    Environment: { Variables: { A: 'b' } },
    ReservedConcurrentExecutions: 3,
    TracingConfig: { Mode: 'Active' },
    Tags: [{ Key: 'team', Value: 'x' }],
  });

  const whole = await get('/functions/echo');
  const configuration = await get('/functions/echo/configuration');

  expect(configuration.body).toMatchObject({
    FunctionName: 'echo',
    FunctionArn: arn,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE,
    MemorySize: 256,
    Timeout: 20,
    CodeSize: ECHO.length,
    State: 'Active',
    Architectures: ['arm64'],
    Environment: { Variables: { A: 'b' } },
    TracingConfig: { Mode: 'Active' },
    LoggingConfig: { LogGroup: '/aws/lambda/echo', LogFormat: 'Text' },
  });
  expect(whole.body).toEqual({
    Configuration: configuration.body,
    Code: { RepositoryType: 'Local', Location: `file://${stage.dir}/echo` },
    Tags: { team: 'x' },
    Concurrency: { ReservedConcurrentExecutions: 3 },
  });
});

test('ListFunctions answers page by page, by name', async () => {
  for (const name of ['c', 'a', 'b']) await stage.make(lambda, name, ECHO);

  const first = await get('/functions?MaxItems=2');
  const second = await get(`/functions/?MaxItems=2&Marker=${first.body.NextMarker}`);

  const names = [first, second].map(({ body }) =>
    body.Functions.map((one: { FunctionName: string }) => one.FunctionName),
  );
  expect(names).toEqual([['a', 'b'], ['c']]);
  expect(second.body).not.toHaveProperty('NextMarker');
});

test('ListEventSourceMappings describes mappings, of one function or source', async () => {
  const arn = await stage.make(lambda, 'echo', ECHO);
  await stage.make(lambda, 'other', ECHO);
  const properties = { EventSourceArn: STREAM, StartingPosition: 'LATEST', BatchSize: 7 };
  const values = await stage.add(lambda, 'AWS::Lambda::EventSourceMapping', 'Echo', {
    FunctionName: arn,
    ...properties,
  });
  await stage.add(lambda, 'AWS::Lambda::EventSourceMapping', 'Other', { FunctionName: 'other', ...properties });

  const ofEcho = await get('/event-source-mappings/?FunctionName=echo');
  const ofStream = await get(`/event-source-mappings?EventSourceArn=${encodeURIComponent(STREAM)}`);

  expect(ofEcho.body.EventSourceMappings).toMatchObject([
    {
      UUID: values?.ref,
      FunctionArn: arn,
      EventSourceArn: STREAM,
      BatchSize: 7,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      State: 'Enabled',
    },
  ]);
  expect(ofStream.body.EventSourceMappings).toHaveLength(2);
});

test.each([
  [{ Runtime: 'python3.13' }, 'no runtime python3.13'],
  [{ Layers: ['x'] }, 'no property Layers'],
  [{ Environment: { Variables: { AWS_REGION: 'x' } } }, 'sets these variables itself: AWS_REGION'],
  [{ Handler: '../other/index.handler' }, 'cannot be a handler'],
  [{ Handler: 'main.handler' }, 'the functions are not built'],
  [{ Timeout: 901 }, 'Timeout must be a whole number from 1 to 900'],
  [{ MemorySize: 1 }, 'MemorySize'],
  [{ Code: { ZipFile: 'x' } }, 'Code.Local'],
  [{ Role: undefined }, 'needs a Role'],
  [{ FunctionName: 'a b' }, "cannot be a function's name"],
])('a function with %o is refused', async (properties, message) => {
  await expect(stage.make(lambda, 'refused', ECHO, properties)).rejects.toThrow(message);
});

test("permissions make a function's policy", async () => {
  await stage.add(lambda, 'AWS::Lambda::Permission', 'Events', {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'echo',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:eu-central-1:000000000000:rule/x',
  });

  const [asked] = lambda.accessToInvoke('echo');
  expect(JSON.parse(asked?.policy ?? '')).toEqual({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [
      {
        Sid: 'stack-Events',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: asked?.resource,
        Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:eu-central-1:000000000000:rule/x' } },
      },
    ],
  });
});
