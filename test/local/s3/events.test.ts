import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../local/ports.ts';
import { newFolder, openStage, refusal, removeFolder, type Stage } from './stage.ts';

interface Detail {
  readonly object: Readonly<Record<string, unknown>> & { readonly sequencer: string };
  readonly reason: string;
  readonly 'deletion-type'?: string;
}

const Bucket = 'events';
let dir: string;
let stage: Stage;

beforeEach(async () => {
  dir = newFolder();
  stage = await openStage(dir);
  await stage.client.send(new CreateBucketCommand({ Bucket }));
  await setEvents(true);
});

afterEach(async () => {
  expect(stage.faults).toEqual([]);
  await stage.close();
  removeFolder(dir);
});

function setEvents(on: boolean) {
  const NotificationConfiguration = on ? { EventBridgeConfiguration: {} } : {};
  return stage.client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

const put = (Key: string, Body: string) => stage.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const detail = (event: BusEvent | undefined) => event?.detail as Detail;

describe('events', () => {
  it('tell of an object in the shape that AWS documents', async () => {
    await put('a key', 'hello');

    expect(stage.events).toEqual([
      {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::events'],
        detail: {
          version: '0',
          bucket: { name: 'events' },
          object: {
            key: 'a key',
            size: 5,
            etag: '5d41402abc4b2a76b9719d911017c592',
            sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
          },
          'request-id': expect.any(String),
          requester: '000000000000',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('tell versions, in order', async () => {
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await stage.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const first = await put('a', 'one');
    const marker = await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));

    await stage.client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: first.VersionId }));

    expect(stage.events.map(({ detailType }) => detailType)).toEqual([
      'Object Created',
      'Object Deleted',
      'Object Deleted',
    ]);
    const [created, hidden, gone] = stage.events.map(detail);
    expect(created?.object).toMatchObject({ 'version-id': first.VersionId });
    expect(hidden).toMatchObject({ reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' });
    expect(hidden?.object).toMatchObject({ 'version-id': marker.VersionId });
    expect(gone).toMatchObject({ 'deletion-type': 'Permanently Deleted', object: { 'version-id': first.VersionId } });
    const order = [created, hidden, gone].map((found) => found?.object.sequencer ?? '');
    expect([...order].sort()).toEqual(order);
  });

  it('tell of copies and of uploads in parts', async () => {
    await put('a', 'x');
    await stage.client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }));
    const { UploadId } = await stage.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'c' }));
    const part = { Bucket, Key: 'c', UploadId };
    const { ETag } = await stage.client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'part' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };

    await stage.client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));

    expect(stage.events.map((event) => detail(event).reason)).toEqual([
      'PutObject',
      'CopyObject',
      'CompleteMultipartUpload',
    ]);
    expect(detail(stage.events[2]).object).toMatchObject({ key: 'c', size: 4 });
  });

  it('tell of each object that is deleted among many, and of nothing where nothing was', async () => {
    await put('a', 'x');
    await put('b', 'x');
    stage.events.length = 0;
    const Objects = ['a', 'none', 'b'].map((Key) => ({ Key }));

    await stage.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(stage.events.map((event) => detail(event).object['key'])).toEqual(['a', 'b']);
  });

  it('are not sent for a put that was refused, nor when the bucket has them off', async () => {
    await put('a', 'x');
    const refused = new PutObjectCommand({ Bucket, Key: 'a', Body: 'y', IfNoneMatch: '*' });
    expect(await refusal(stage.client.send(refused))).toBe('PreconditionFailed');
    await setEvents(false);

    await put('b', 'x');

    expect(stage.events).toHaveLength(1);
  });

  it('wait for the stack to stand, also over a restart', async () => {
    await stage.close();
    stage = await openStage(dir, { started: false });
    await put('early', 'x');
    const before = stage.events.length;
    await stage.close();
    stage = await openStage(dir, { started: false });

    await stage.service.start?.();

    expect(before).toBe(0);
    expect(stage.events.map((event) => detail(event).object['key'])).toEqual(['early']);
    await put('later', 'x');
    expect(stage.events).toHaveLength(2);
  });
});
