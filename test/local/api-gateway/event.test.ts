import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen, over, root, Stack } from './stack.ts';

const stack = new Stack();
let port = 0;
let close = (): unknown => undefined;

beforeAll(async () => {
  await stack.api(['GET /pets/{id}', 'POST /pets', 'ANY /all/{rest+}', ['POST /signed', 'AWS_IAM'], '$default']);
  ({ port, close } = await listen(stack));
});
afterAll(() => close());

test('a whole event has what payload format 2.0 has', async () => {
  await over(port, 'GET', '/pets/6?a=1&b=x%20y&a=2', {
    'User-Agent': 'tests',
    'X-Twice': ['one', 'two'],
    Cookie: 'c=1; d=2',
    Connection: 'close',
    'X-Forwarded-For': '203.0.113.9',
  });

  expect(stack.event).toEqual({
    version: '2.0',
    routeKey: 'GET /pets/{id}',
    rawPath: '/pets/6',
    rawQueryString: 'a=1&b=x%20y&a=2',
    cookies: ['c=1', 'd=2'],
    headers: {
      'content-length': '0',
      host: `127.0.0.1:${port}`,
      'user-agent': 'tests',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-port': '4566',
      'x-forwarded-proto': 'http',
      'x-twice': 'one, two',
    },
    queryStringParameters: { a: '1,2', b: 'x y' },
    requestContext: {
      accountId: '123456789012',
      apiId: expect.stringMatching(/^[0-9a-f]{10}$/),
      domainName: '127.0.0.1:4566',
      domainPrefix: '127',
      http: { method: 'GET', path: '/pets/6', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tests' },
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      routeKey: 'GET /pets/{id}',
      stage: '$default',
      time: '03/Nov/2026:04:05:06 +0000',
      timeEpoch: Date.UTC(2026, 10, 3, 4, 5, 6, 789),
    },
    pathParameters: { id: '6' },
    isBase64Encoded: false,
  });
});

test('what a request does not have is left out', async () => {
  await stack.request('GET', '/none');

  const { headers, requestContext, ...event } = stack.event;
  expect(Object.keys(event)).toEqual(['version', 'routeKey', 'rawPath', 'rawQueryString', 'isBase64Encoded']);
  expect(event.rawQueryString).toBe('');
  expect(requestContext).not.toHaveProperty('authorizer');
  expect(headers).not.toHaveProperty('cookie');
});

test('the answer carries the id of the request', async () => {
  const answer = await over(port, 'GET', '/pets/6');

  expect(answer.headers['apigw-requestid']).toBe(stack.event.requestContext.requestId);
});

describe('paths', () => {
  test.each([
    ['/pets/a%20b', 'GET /pets/{id}', '/pets/a b', { id: 'a b' }],
    ['/pets/caf%C3%A9', 'GET /pets/{id}', '/pets/café', { id: 'café' }],
    ['/pets/a+b', 'GET /pets/{id}', '/pets/a+b', { id: 'a+b' }],
    ['/pets/a%252Fb', 'GET /pets/{id}', '/pets/a%2Fb', { id: 'a%2Fb' }],
    ['/pets/a%2Fb', '$default', '/pets/a/b', undefined],
    ['/pets/a%3Fb', 'GET /pets/{id}', '/pets/a', { id: 'a' }],
    ['/all/x/%40y/z', 'ANY /all/{rest+}', '/all/x/@y/z', { rest: 'x/@y/z' }],
    ['/pets/6/', '$default', '/pets/6/', undefined],
  ])('%s goes to %s, decoded', async (path, routeKey, rawPath, pathParameters) => {
    await over(port, 'GET', path);

    expect(stack.event).toMatchObject({ routeKey, rawPath });
    expect(stack.event.requestContext.http.path).toBe(rawPath);
    expect(stack.event.pathParameters).toEqual(pathParameters);
  });

  test('one that cannot be decoded is a bad request', async () => {
    expect(await over(port, 'GET', '/pets/%E9')).toMatchObject({ status: 400 });
  });
});

test.each([
  ['q=', { q: '' }],
  ['q', { q: '' }],
  ['q=a+b', { q: 'a b' }],
  ['q=%2B&Q=1', { q: '+', Q: '1' }],
  ['a=1,2&a=3', { a: '1,2,3' }],
])('the query %s is handed over raw and decoded', async (query, parameters) => {
  await over(port, 'GET', `/x?${query}`);

  expect(stack.event.rawQueryString).toBe(query);
  expect(stack.event.queryStringParameters).toEqual(parameters);
});

describe('bodies', () => {
  test.each([
    'text/plain',
    'text/html; charset=utf-8',
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/javascript',
    'application/xml',
  ])('%s arrives as text', async (type) => {
    await over(port, 'POST', '/pets', { 'Content-Type': type }, '{"größe":1}');

    expect(stack.event).toMatchObject({ body: '{"größe":1}', isBase64Encoded: false });
  });

  test.each([
    'application/x-amz-json-1.1',
    'application/x-www-form-urlencoded',
    'application/cbor',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'image/png',
    'application/problem+json',
    undefined,
  ])('%s arrives in base64', async (type) => {
    const bytes = Buffer.from([0, 255, 1, 128, 65]);

    await over(port, 'POST', '/pets', type === undefined ? {} : { 'Content-Type': type }, bytes);

    expect(stack.event).toMatchObject({ body: bytes.toString('base64'), isBase64Encoded: true });
    expect(stack.event.headers['content-length']).toBe('5');
  });

  test('an empty one is no body', async () => {
    await over(port, 'POST', '/pets', { 'Content-Type': 'application/octet-stream' }, '');

    expect(stack.event).not.toHaveProperty('body');
    expect(stack.event.isBase64Encoded).toBe(false);
  });

  test('one sent in chunks has its length', async () => {
    await over(port, 'POST', '/pets', { 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked' }, 'hello');

    expect(stack.event.headers).toMatchObject({ 'content-length': '5' });
    expect(stack.event.headers).not.toHaveProperty('transfer-encoding');
  });
});

describe('AWS_IAM', () => {
  test('without a caller is forbidden', async () => {
    const before = stack.events.length;

    const answer = await over(port, 'POST', '/signed', {}, 'x');

    expect(answer.status).toBe(403);
    expect(answer.body.toString()).toBe('{"message":"Forbidden"}');
    expect(stack.events).toHaveLength(before);
  });

  test('tells who the caller is', async () => {
    await over(port, 'POST', '/signed', { Authorization: 'AWS4-HMAC-SHA256 …'.slice(0, 16) }, 'x');

    expect(stack.event.requestContext.authorizer).toEqual({
      iam: {
        accessKey: 'AKIAROOT',
        accountId: '123456789012',
        callerId: '123456789012',
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: root.arn,
        userId: '123456789012',
      },
    });
  });

  test('tells the id of a role together with its session', async () => {
    const caller = { ...root, arn: 'arn:aws:sts::123456789012:assumed-role/deployer/me@example.com' };

    await stack.request('POST', '/signed', { caller });

    expect(stack.event.requestContext.authorizer?.iam.userId).toMatch(/^AROA[A-Z2-7]{17}:me@example\.com$/);
  });

  test('is not told of on a route without it', async () => {
    await stack.request('GET', '/pets/6', { caller: root });

    expect(stack.event.requestContext).not.toHaveProperty('authorizer');
  });

  test('a signed request that the gateway hands over takes the same way', async () => {
    const { Readable } = await import('node:stream');
    const query = new URLSearchParams('a=b c');

    await stack.gateway.handle({
      method: 'POST',
      path: '/signed',
      query,
      headers: {},
      body: Readable.from([]),
      caller: root,
      requestId: 'r',
    });

    expect(stack.event).toMatchObject({ routeKey: 'POST /signed', queryStringParameters: { a: 'b c' } });
  });
});
