import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3Source } from '../../functions/actions/s3-source/s3-source.ts';
import { s3Source as type } from '../../functions/domain/action-types/source.ts';
import { failureOf } from '../../functions/engine/failure-of.ts';
import type { Work } from '../../functions/engine/work.ts';
import { newFolder, openStage, removeFolder, type Stage } from '../local/s3/stage.ts';
import { aWork, reach } from './a-work.ts';
import { served } from './git-host.ts';

const output = { name: 'Source', bucket: 'artifacts', key: 'hello-site/Source/1.zip' };
const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'local' };
const configuration = { S3Bucket: 'uploads', S3ObjectKey: 'site/ä +&.zip' };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(newFolder());
  reach('S3', stage.endpoint);
  for (const Bucket of ['uploads', 'artifacts', 'plain']) await stage.client.send(new CreateBucketCommand({ Bucket }));
  for (const Bucket of ['uploads', 'artifacts']) await versioning(Bucket, 'Enabled');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stage.close();
  removeFolder(stage.dir);
});

function versioning(Bucket: string, Status: 'Enabled' | 'Suspended') {
  return stage.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

/** Answers the new version. */
async function upload(text: string, Key = configuration.S3ObjectKey, Bucket = 'uploads'): Promise<string> {
  const put = await stage.client.send(
    new PutObjectCommand({ Bucket, Key, Body: text, ContentType: 'application/x-a' }),
  );
  return put.VersionId ?? 'null';
}

async function stored(versionId?: string) {
  const { Body, ...more } = await stage.client.send(
    new GetObjectCommand({ Bucket: output.bucket, Key: output.key, VersionId: versionId }),
  );
  return { ...more, text: await Body?.transformToString() };
}

function fetchWith(given: Partial<Work> = {}, overrides: Parameters<typeof aWork>[2] = []) {
  return s3Source.start(aWork(type, { configuration, outputs: [output], ...given }, overrides));
}

async function succeeded(...given: Parameters<typeof fetchWith>) {
  const outcome = await fetchWith(...given);
  if (outcome.status !== 'Succeeded') throw new Error(`It is ${outcome.status}.`);
  return outcome;
}

describe('an S3 source', () => {
  it('passes on the newest version, unchanged, and says which it is', async () => {
    await upload('old');
    const newest = await upload('new');

    const outcome = await succeeded();

    const copy = await stored(outcome.outputs[0]?.versionId);
    expect(copy).toMatchObject({ text: 'new', ContentType: 'application/x-a' });
    const summary = `Amazon S3 version id: ${newest}`;
    expect(outcome).toMatchObject({
      externalId: newest,
      summary,
      outputs: [{ ...output, revision: newest, versionId: copy.VersionId }],
      revision: { actionName: 'Act', artifactName: 'Source', revisionId: newest, revisionSummary: summary },
    });
    expect(outcome.url).toContain('uploads?prefix=site%2F%C3%A4%20%2B%26.zip');
    expect(outcome.revision?.created).toBeGreaterThan(0);
  });

  it('gives its variables', async () => {
    const VersionId = await upload('new');
    const { ETag = '' } = await stage.client.send(
      new HeadObjectCommand({ Bucket: 'uploads', Key: configuration.S3ObjectKey }),
    );

    const { outputVariables } = await succeeded();

    expect(outputVariables).toEqual({
      BucketName: 'uploads',
      ObjectKey: configuration.S3ObjectKey,
      VersionId,
      ETag: ETag.replaceAll('"', ''),
    });
  });

  it('takes the version that the run was started with, although there are newer ones', async () => {
    const old = await upload('old');
    await upload('new');

    const outcome = await succeeded({}, [{ revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: old }]);

    expect(outcome.externalId).toBe(old);
    expect((await stored()).text).toBe('old');
  });

  it('takes the key that the run was started with', async () => {
    await upload('the usual');
    await upload('another', 'another.zip');

    const outcome = await succeeded({}, [{ revisionType: 'S3_OBJECT_KEY', revisionValue: 'another.zip' }]);

    expect(outcome.outputVariables['ObjectKey']).toBe('another.zip');
    expect((await stored()).text).toBe('another');
  });

  it('does not take what is meant for another action', async () => {
    await upload('the usual');
    const work = aWork(type, { configuration, outputs: [output] });
    const sourceOverrides = [
      { actionName: 'Other', revisionType: 'S3_OBJECT_KEY' as const, revisionValue: 'another.zip' },
    ];

    await s3Source.start({ ...work, run: { ...work.run, sourceOverrides } });

    expect((await stored()).text).toBe('the usual');
  });

  it('takes an object from before versioning was switched on', async () => {
    await upload('early', 'early.zip', 'plain');
    await versioning('plain', 'Enabled');

    const outcome = await succeeded({ configuration: { S3Bucket: 'plain', S3ObjectKey: 'early.zip' } });

    expect(outcome.externalId).toBe('null');
    expect((await stored()).text).toBe('early');
  });

  it('encrypts with the artifact store’s key', async () => {
    await upload('new');
    const key = 'arn:aws:kms:eu-west-1:000000000000:key/1';

    await succeeded({ outputs: [{ ...output, encryptionKey: key }] });

    expect(await stored()).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
  });

  it('done twice leaves the same object', async () => {
    await upload('new');

    const first = await succeeded();
    const second = await succeeded();

    expect(second.externalId).toBe(first.externalId);
    expect((await stored()).text).toBe('new');
  });
});

describe('an S3 source fails', () => {
  it.each(['off', 'Suspended'] as const)('where versioning is %s', async (how) => {
    await upload('new', 'k', 'plain');
    if (how !== 'off') await versioning('plain', how);

    await expect(fetchWith({ configuration: { S3Bucket: 'plain', S3ObjectKey: 'k' } })).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'Versioning is not enabled on the bucket plain: an S3 source needs it.',
    });
  });

  it.each([
    ['the bucket', { S3Bucket: 'nowhere', S3ObjectKey: 'k' }, 'No bucket with the name nowhere was found'],
    [
      'the object',
      { S3Bucket: 'uploads', S3ObjectKey: 'k' },
      'No object with the key k was found in the bucket uploads',
    ],
  ])('where %s is not there', async (_, given, message) => {
    await expect(fetchWith({ configuration: given })).rejects.toMatchObject({ code: 'ConfigurationError', message });
  });

  it('where the object was deleted', async () => {
    await upload('new');
    await stage.client.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: configuration.S3ObjectKey }));

    await expect(fetchWith()).rejects.toMatchObject({ code: 'ConfigurationError' });
  });

  it('where the version that it was started with is gone', async () => {
    const old = await upload('old');
    await upload('new');
    await stage.client.send(
      new DeleteObjectCommand({ Bucket: 'uploads', Key: configuration.S3ObjectKey, VersionId: old }),
    );

    const fetching = fetchWith({}, [{ revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: old }]);

    await expect(fetching).rejects.toMatchObject({
      code: 'RevisionUnavailable',
      message: `Version ${old} of ${configuration.S3ObjectKey} in the bucket uploads is gone`,
    });
  });

  it('where the version that it was started with marks a deletion', async () => {
    await upload('old');
    const { VersionId = '' } = await stage.client.send(
      new DeleteObjectCommand({ Bucket: 'uploads', Key: configuration.S3ObjectKey }),
    );

    const fetching = fetchWith({}, [{ revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: VersionId }]);

    await expect(fetching).rejects.toMatchObject({ code: 'RevisionUnavailable' });
  });

  it.each([
    ['NoSuchVersion', 404],
    ['NoSuchKey', 404],
    ['MethodNotAllowed', 405],
  ])('where its version goes while it is copied: %s', async (code, status) => {
    const version = await upload('new');
    const { endpoint } = await served(async ({ method, path, query, headers, body }) => {
      if (method === 'PUT') return { status, body: `<Error><Code>${code}</Code><Message>No.</Message></Error>` };
      return stage.service.handle({ method, path, query, headers, body, caller, requestId: 'r' });
    });
    reach('S3', endpoint);

    await expect(fetchWith()).rejects.toMatchObject({
      code: 'RevisionUnavailable',
      message: `Version ${version} of ${configuration.S3ObjectKey} in the bucket uploads is gone`,
    });
  });

  it.each([[[]], [[{ revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'v1' }]]] as const)(
    'where the role may not see the object: %j',
    async (overrides) => {
      const { endpoint } = await served(async ({ method, path, query, headers, body }) =>
        method === 'HEAD'
          ? { status: 403 }
          : stage.service.handle({ method, path, query, headers, body, caller, requestId: 'r' }),
      );
      reach('S3', endpoint);

      await expect(fetchWith({}, overrides)).rejects.toMatchObject({
        code: 'PermissionError',
        message: `The role may not read ${configuration.S3ObjectKey} in the bucket uploads`,
      });
    },
  );

  it('where the version that it was started with is no id of one', async () => {
    const { endpoint } = await served(async ({ method, path, query, headers, body }) =>
      method === 'HEAD'
        ? { status: 400 }
        : stage.service.handle({ method, path, query, headers, body, caller, requestId: 'r' }),
    );
    reach('S3', endpoint);

    const fetching = fetchWith({}, [{ revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'no id' }]);

    await expect(fetching).rejects.toMatchObject({
      code: 'RevisionUnavailable',
      message: `Version no id of ${configuration.S3ObjectKey} in the bucket uploads is gone`,
    });
  });

  it('where the version that it was started with was never one', async () => {
    await upload('new');

    const fetching = fetchWith({}, [{ revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'no version' }]);

    await expect(fetching).rejects.toMatchObject({ code: 'RevisionUnavailable' });
  });

  it('where the object is too large to be copied', async () => {
    const bytes = 5 * 1024 ** 3 + 1;
    const s3 = mockClient(S3Client);
    s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
    s3.on(HeadObjectCommand).resolves({ ContentLength: bytes, VersionId: 'v1' });

    const failing = fetchWith().finally(() => s3.restore());

    await expect(failing).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: `The object ${configuration.S3ObjectKey} has ${bytes} bytes; at most ${bytes - 1} are allowed.`,
    });
    expect(s3.commandCalls(CopyObjectCommand)).toEqual([]);
  });

  it.each([
    ['AccessDenied', 403, { code: 'PermissionError', message: 'No.' }],
    ['SlowDown', 503, undefined],
  ])('or is tried again, as S3 says: %s', async (code, status, failure) => {
    const { endpoint } = await served(async () => ({
      status,
      body: `<Error><Code>${code}</Code><Message>No.</Message></Error>`,
    }));
    reach('S3', endpoint);

    const error = await fetchWith().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(failureOf(error)).toEqual(failure);
  });

  it('where the artifact store is gone', async () => {
    await upload('new');

    await expect(fetchWith({ outputs: [{ ...output, bucket: 'nowhere' }] })).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'No bucket with the name nowhere was found',
    });
  });
});
