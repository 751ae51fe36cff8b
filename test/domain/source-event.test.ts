import { describe, expect, it } from 'vitest';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { concerned, pinnedBy, placeOf, readSourceEvent } from '../../functions/domain/source-event.ts';
import { definition } from '../handlers/world.ts';
import { commit, image } from './source-events.ts';

const created = (version?: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'uploads' }, object: { key: 'a b.zip', ...(version ? { 'version-id': version } : {}) } },
});
const trail = {
  source: 'aws.s3',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventName: 'CopyObject',
    requestParameters: { bucketName: 'uploads', key: 'a b.zip' },
    responseElements: { 'x-amz-version-id': 'v2' },
  },
};
const object = { type: 'Object', bucket: 'uploads', key: 'a b.zip' } as const;

describe('an event of the default bus', () => {
  it.each([
    [created('v1'), { ...object, revision: 'v1' }],
    [created(), object],
    [trail, { ...object, revision: 'v2' }],
    [{ ...trail, detail: { ...trail.detail, responseElements: null } }, object],
    [commit, { type: 'Commit', repository: 'app', branch: 'main', revision: 'c'.repeat(40) }],
    [image, { type: 'Image', repository: 'app', tag: 'latest', revision: 'sha256:1' }],
  ])('tells of a change of a source: %#', (event, change) => {
    expect(readSourceEvent(event)).toEqual(change);
  });

  it.each([
    [{ ...commit, detail: { ...commit.detail, referenceType: 'tag' } }],
    [{ ...commit, detail: { ...commit.detail, event: 'referenceDeleted', commitId: undefined } }],
    [{ ...image, detail: { ...image.detail, result: 'FAILURE' } }],
    [{ ...image, detail: { ...image.detail, 'action-type': 'DELETE' } }],
    [{ ...created('v1'), 'detail-type': 'Object Deleted' }],
    [{ ...created('v1'), source: 'my.s3' }],
    [{ ...created('v1'), detail: { bucket: 'uploads', object: [] } }],
    [{ ...created('v1'), detail: { bucket: { name: 'uploads' }, object: {} } }],
    [{ ...created('v1'), detail: { bucket: {}, object: { key: 'a b.zip' } } }],
    [{ ...created('v1'), detail: null }],
    [{}],
    [null],
    ['text'],
    [[]],
  ])('tells of none: %#', (event) => {
    expect(readSourceEvent(event)).toBeUndefined();
  });
});

const source = (name: string, provider: string, configuration: Record<string, string>, owner = 'AWS') => ({
  name,
  actionTypeId: { category: 'Source' as const, owner: owner as 'AWS', provider, version: '1' },
  configuration,
});
const sources = [
  source('Upload', 'S3', { S3Bucket: 'uploads', S3ObjectKey: 'a b.zip' }),
  source('Other', 'S3', { S3Bucket: 'uploads', S3ObjectKey: 'other.zip' }),
  source('Mine', 'S3', { S3Bucket: 'uploads', S3ObjectKey: 'a b.zip' }, 'Custom'),
  source('Elsewhere', 'S3', { S3Bucket: 'others', S3ObjectKey: 'a b.zip' }),
  source('No object', 'CodeCommit', { S3Bucket: 'uploads', S3ObjectKey: 'a b.zip' }),
  source('Code', 'CodeCommit', { RepositoryName: 'app', BranchName: 'main' }),
  source('Other code', 'CodeCommit', { RepositoryName: 'api', BranchName: 'main' }),
  source('No code', 'S3', { RepositoryName: 'app', BranchName: 'main' }),
  source('Latest', 'ECR', { RepositoryName: 'app' }),
  source('Other image', 'ECR', { RepositoryName: 'api' }),
  source('Tagged', 'ECR', { RepositoryName: 'app', ImageTag: 'v1' }),
];
const pipeline: PipelineDeclaration = { ...definition, stages: [{ name: 'Source', actions: sources }] };

describe('a change', () => {
  it.each([
    [created('v1'), ['Upload'], 's3://uploads/a b.zip'],
    [commit, ['Code'], "branch 'main' of app"],
    [image, ['Latest'], 'app:latest'],
    [{ ...image, detail: { ...image.detail, 'image-tag': 'v1' } }, ['Tagged'], 'app:v1'],
    [{ ...commit, detail: { ...commit.detail, referenceName: 'topic' } }, [], "branch 'topic' of app"],
  ])('concerns the source actions that fetch it: %#', (event, names, place) => {
    const change = readSourceEvent(event);

    expect(change && concerned(pipeline, change).map(({ name }) => name)).toEqual(names);
    expect(change && placeOf(change)).toBe(place);
  });

  it.each([
    [created('v1'), false, [{ actionName: 'A', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'v1' }]],
    [created('v1'), true, []],
    [created(), false, []],
    [commit, false, [{ actionName: 'A', revisionType: 'COMMIT_ID', revisionValue: 'c'.repeat(40) }]],
    [commit, true, []],
    [image, false, [{ actionName: 'A', revisionType: 'IMAGE_DIGEST', revisionValue: 'sha256:1' }]],
    [image, true, [{ actionName: 'A', revisionType: 'IMAGE_DIGEST', revisionValue: 'sha256:1' }]],
  ])('pins its revision, but in PARALLEL mode that of an image alone: %#', (event, isParallel, overrides) => {
    const change = readSourceEvent(event);

    expect(change && pinnedBy(change, [{ name: 'A' }], isParallel)).toEqual(overrides);
  });
});
