import { expect, test } from 'vitest';
import { Stack } from './stack.ts';

const CorsConfiguration = {
  AllowOrigins: ['https://app.example', 'http://*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['content-type'],
  ExposeHeaders: ['etag'],
  AllowCredentials: true,
  MaxAge: 60,
};
const asks = { 'access-control-request-method': 'POST' };

async function withCors(cors: object = CorsConfiguration) {
  const stack = new Stack();
  await stack.api(['GET /a', 'OPTIONS /a'], { api: { CorsConfiguration: cors } });
  stack.handler = () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'mine', 'x-a': '1' } });
  return stack;
}

test('a preflight request is answered without the function', async () => {
  const stack = await withCors();

  const { status, headers } = await stack.request('OPTIONS', '/nowhere', {
    headers: { origin: 'https://app.example', ...asks },
  });

  expect(status).toBe(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': 'content-type',
    'access-control-allow-credentials': 'true',
    'access-control-max-age': '60',
  });
  expect(stack.events).toEqual([]);
});

test('a preflight request from a stranger gets no permission', async () => {
  const stack = await withCors();

  const { headers } = await stack.request('OPTIONS', '/a', { headers: { origin: 'https://evil.example', ...asks } });

  expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('access-control-allow-origin'))).toEqual([]);
});

test.each([
  ['https://app.example', 'https://app.example'],
  ['http://anything', 'http://anything'],
  ['https://evil.example', undefined],
])("an answer to %s has the API's permission and not the function's", async (origin, allowed) => {
  const stack = await withCors();

  const { headers } = await stack.request('GET', '/a', { headers: { origin } });

  expect(headers?.['access-control-allow-origin']).toBe(allowed);
  expect(headers?.['x-a']).toBe('1');
});

test('everyone is allowed by a star', async () => {
  const stack = await withCors({ AllowOrigins: ['*'] });

  const { headers } = await stack.request('GET', '/a', { headers: { origin: 'https://any.example' } });

  expect(headers?.['access-control-allow-origin']).toBe('*');
});

test('OPTIONS that asks nothing goes to its route, and so does all without a configuration', async () => {
  const stack = await withCors();
  const plain = new Stack();
  await plain.api(['OPTIONS /a']);

  await stack.request('OPTIONS', '/a');
  await plain.request('OPTIONS', '/a', { headers: { origin: 'https://app.example', ...asks } });

  expect(stack.events).toHaveLength(1);
  expect(plain.events).toHaveLength(1);
});
