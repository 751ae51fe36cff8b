import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { call } from '../../../scripts/account/api.ts';
import { addressOf, sendSigned } from '../../../scripts/account/signed-post.ts';

const caller = { region: 'eu-west-1', keys: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' } };

it('a call goes to the path by which IAM decides, signed for its Region at its time', async () => {
  const seen: { path?: string | undefined; authorization?: string | undefined; date?: unknown; token?: unknown } = {};
  const server = createServer(({ url, headers }, response) => {
    const { authorization, 'x-amz-date': date, 'x-amz-security-token': token } = headers;
    Object.assign(seen, { path: url, authorization, date, token });
    response.writeHead(400).end('{"__type":"Refused"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const answer = await call({ ...caller, url: `http://127.0.0.1:${port}/`, now: 0 }, 'GetPipeline', { name: 'a@b' });

  await new Promise((resolve) => server.close(resolve));
  expect(answer).toEqual({ status: 400, body: '{"__type":"Refused"}' });
  expect(seen).toMatchObject({ path: '/GetPipeline/a%40b', date: '19700101T000000Z', token: 'token' });
  expect(seen.authorization).toContain('Credential=AKIA/19700101/eu-west-1/execute-api/aws4_request');
});

it('one that nobody answers says who does not', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));

  const sent = sendSigned({ ...caller, url: new URL(`http://127.0.0.1:${port}`), headers: {}, body: '{}' });

  await expect(sent).rejects.toThrow(`http://127.0.0.1:${port} does not answer: connect ECONNREFUSED`);
});

it.each([
  ['https://h', 'https://h/A/b%2Fc'],
  ['https://h/', 'https://h/A/b%2Fc'],
  ['https://h/prod', 'https://h/prod/A/b%2Fc'],
])('the address of a path under %s', (apiUrl, address) => {
  expect(addressOf(apiUrl, '/A/b%2Fc').href).toBe(address);
});
