import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AnsweredCall } from '../../local/gateway/options.ts';
import { openRecorder, recorderFromEnvironment } from '../../scripts/walk/recorder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-record-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const caller = { arn: 'arn:aws:sts::000000000000:assumed-role/r/s', account: '000000000000', accessKeyId: 'ASIA' };
const call: AnsweredCall = {
  service: 'sts',
  operation: 'GetCallerIdentity',
  caller,
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  status: 200,
};

async function lines(): Promise<unknown[]> {
  const [file = ''] = await readdir(folder);
  return (await readFile(join(folder, file), 'utf8'))
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

it('records nothing unless the environment names a folder', () => {
  vi.stubEnv('SLUICE_RECORD', '');

  expect(recorderFromEnvironment()).toEqual({});
});

it('records a call with who made it, what it said and how it was answered, a line each', async () => {
  const recorder = openRecorder(folder);

  recorder.call({ ...call, body: Buffer.from('Action=GetCallerIdentity') });
  recorder.call({ ...call, status: 403 });

  const common = {
    kind: 'request',
    service: 'sts',
    operation: 'GetCallerIdentity',
    method: 'POST',
    path: '/',
    query: '',
  };
  expect(await lines()).toEqual([
    { ...common, headers: {}, caller: caller.arn, body: 'Action=GetCallerIdentity', status: 200 },
    { ...common, headers: {}, caller: caller.arn, status: 403 },
  ]);
});

it('records no signature and no session token', async () => {
  const headers = { authorization: 'AWS4-HMAC-SHA256 …', 'x-amz-security-token': 'token', cookie: 'c', host: 'h' };
  const query = 'a=1&X-Amz-Credential=key&X-Amz-Signature=sig&X-Amz-Security-Token=token&X-Amz-Expires=60';

  const recorder = openRecorder(folder);
  recorder.call({ ...call, headers, query });
  recorder.event({ source: 'api-gateway', function: 'f', payload: JSON.stringify({ headers, body: 'b' }) });

  const [request, event] = await lines();
  expect(request).toMatchObject({ headers: { host: 'h' }, query: 'a=1&X-Amz-Expires=60' });
  expect((request as { headers: object }).headers).toEqual({ host: 'h' });
  const left = { authorization: 'left out', 'x-amz-security-token': 'left out', cookie: 'left out', host: 'h' };
  expect(event).toEqual({ kind: 'event', source: 'api-gateway', function: 'f', payload: { headers: left, body: 'b' } });
});

it('records bytes that are no text in Base64, and of too many only how many', async () => {
  const recorder = openRecorder(folder);

  recorder.call({ ...call, body: Buffer.from([0xff, 0xfe]) });
  recorder.call({ ...call, body: Buffer.alloc(256 * 1024 + 1, 'a') });

  expect(await lines()).toMatchObject([{ bodyBase64: '//4=' }, { bodyLeftOut: 262_145 }]);
});
