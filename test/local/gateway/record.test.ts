import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnsweredCall } from '../../../local/gateway/options.ts';
import { ServiceError } from '../../../local/service.ts';
import { echoService } from './echo-service.ts';
import { send, sign } from './signed-request.ts';
import { newContext, openTestGateway } from './test-gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function recording(answer: Parameters<typeof echoService>[1]) {
  const calls: AnsweredCall[] = [];
  const s3 = echoService('s3', answer);
  const gateway = await openTestGateway(newContext(), [s3.service], { record: (call) => calls.push(call) });
  open.push(gateway);
  return { ...gateway, calls, s3 };
}

describe('record', () => {
  it('is told a call with its body and its answer', async () => {
    const { calls, client } = await recording(() => ({ status: 200 }));

    await new STSClient(client).send(new GetCallerIdentityCommand({}));

    expect(calls).toMatchObject([
      { service: 'sts', operation: 'GetCallerIdentity', method: 'POST', path: '/', query: '', status: 200 },
    ]);
    expect(calls[0]?.caller.accessKeyId).toBe('test');
    expect(calls[0]?.body?.toString()).toBe('Action=GetCallerIdentity&Version=2011-06-15');
  });

  it("is told S3's own documents, which the service reads all the same, and no bytes of objects", async () => {
    const { calls, client, port, s3 } = await recording(() => ({ status: 200, body: '' }));
    const document = '<Delete><Object><Key>a</Key></Object></Delete>';
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const deletion = { method: 'POST', path: '/bucket', query: { delete: '' }, headers, body: document };

    await new S3Client({ ...client, forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket: 'bucket', Key: 'a', Body: 'secret' }),
    );
    await send(port, await sign(deletion, port, { service: 's3' }));

    expect(calls.map(({ operation, body }) => [operation, body?.toString()])).toEqual([
      ['PutObject', undefined],
      ['DeleteObjects', document],
    ]);
    expect(s3.calls.map(({ body }) => body)).toEqual([expect.stringContaining('secret'), document]);
  });

  it('is told what a refused call was answered, and changes nothing about it', async () => {
    const { calls, client } = await recording(() => {
      throw new ServiceError('NoSuchKey', 'There is none.', 404);
    });

    const answer = new S3Client({ ...client, forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: 'bucket', Key: 'a' }),
    );

    await expect(answer).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(calls).toMatchObject([{ operation: 'GetObject', status: 404 }]);
  });
});
