import { expect, test } from 'vitest';
import { ServiceError } from '../../../local/service.ts';
import { listen, over, Stack } from './stack.ts';

async function served(returned: unknown) {
  const stack = new Stack();
  await stack.api(['GET /']);
  stack.handler = () => returned;
  return stack.request('GET', '/');
}

test.each([
  [{ statusCode: 201, body: 'made' }, 201, 'made', 'text/plain; charset=utf-8'],
  [{ statusCode: '404', body: 'none', headers: { 'Content-Type': 'text/html' } }, 404, 'none', 'text/html'],
  [{ statusCode: 204 }, 204, '', 'text/plain; charset=utf-8'],
  [{ statusCode: 200, body: null }, 200, '', 'text/plain; charset=utf-8'],
  [{ message: 'hi' }, 200, '{"message":"hi"}', 'application/json'],
  [
    { body: 'hi', headers: { 'Content-Type': 'text/html' } },
    200,
    '{"body":"hi","headers":{"Content-Type":"text/html"}}',
    'application/json',
  ],
  ['hello', 200, 'hello', 'application/json'],
  [[1, 2], 200, '[1,2]', 'application/json'],
  [true, 200, 'true', 'application/json'],
  [null, 200, 'null', 'application/json'],
])('what a function returns, %j, is a response', async (returned, status, text, type) => {
  expect(await served(returned)).toMatchObject({ status, text, headers: { 'content-type': type } });
});

test('headers are in lower case and text, and those of the connection are dropped', async () => {
  const { headers } = await served({
    statusCode: 200,
    headers: { 'X-Number': 5, 'X-Yes': true, 'X-None': null, 'Content-Length': '99', Connection: 'close' },
  });

  expect(headers).toEqual({
    'content-type': 'text/plain; charset=utf-8',
    'x-number': '5',
    'x-yes': 'true',
    'apigw-requestid': expect.any(String),
  });
});

test('bytes and cookies reach the client as they are', async () => {
  const stack = new Stack();
  await stack.api(['GET /']);
  const bytes = Buffer.from([0, 200, 13, 10]);
  stack.handler = () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    cookies: ['a=1; HttpOnly', 'b=2'],
    body: bytes.toString('base64'),
    isBase64Encoded: true,
  });
  const { port, close } = await listen(stack);

  const answer = await over(port, 'GET', '/');
  close();

  expect(answer.body).toEqual(bytes);
  expect(answer.headers['content-type']).toBe('image/png');
  expect(answer.headers['set-cookie']).toEqual(['a=1; HttpOnly', 'b=2']);
});

const fault = {
  status: 500,
  text: '{"message":"Internal Server Error"}',
  headers: { 'content-type': 'application/json' },
};

test.each([
  { statusCode: 200.5 },
  { statusCode: 99 },
  { statusCode: 600 },
  { statusCode: 'many' },
  { statusCode: null },
  { statusCode: 200, body: { a: 1 } },
  { statusCode: 200, headers: ['a'] },
  { statusCode: 200, headers: { a: ['b'] } },
  { statusCode: 200, headers: { 'a b': 'c' } },
  { statusCode: 200, headers: { a: 'b\r\nset-cookie: c' } },
  { statusCode: 200, cookies: 'a=b' },
  { statusCode: 200, cookies: ['a\n'] },
])('%j is no response', async (returned) => {
  expect(await served(returned)).toMatchObject(fault);
});

test('a function that fails is an internal error that tells nothing of it', async () => {
  const stack = new Stack();
  await stack.api(['GET /']);
  stack.invoke = async () => ({ payload: '{"errorMessage":"secret"}', functionError: 'Unhandled' });

  expect(await stack.request('GET', '/')).toMatchObject(fault);
});

test('a function that is not there is an internal error', async () => {
  const stack = new Stack();
  await stack.api(['GET /']);
  stack.invoke = () => Promise.reject(new ServiceError('ResourceNotFoundException', 'no function'));

  expect(await stack.request('GET', '/')).toMatchObject(fault);
});

test('a function that has no room is an unavailable service', async () => {
  const stack = new Stack();
  await stack.api(['GET /']);
  stack.invoke = () => Promise.reject(new ServiceError('TooManyRequestsException', 'Rate exceeded', 429));

  expect(await stack.request('GET', '/')).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
});
