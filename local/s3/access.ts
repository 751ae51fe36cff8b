import { Readable } from 'node:stream';
import type { AccessContext, AccessReader, AccessRequest, keyAccess } from '../access.ts';
import { encrypting, objectArn } from './access-to-bucket.ts';
import { type Bucket, findBucket } from './buckets.ts';
import { readCopySource } from './copy-source.ts';
import { encryptionFrom } from './facts.ts';
import type { Operation } from './operation.ts';
import { abortMultipartUpload } from './operations/abort-multipart-upload.ts';
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './operations/bucket-encryption.ts';
import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './operations/bucket-lifecycle.ts';
import { getBucketNotification, putBucketNotification } from './operations/bucket-notification.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './operations/bucket-policy.ts';
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from './operations/bucket-tagging.ts';
import { getBucketVersioning, putBucketVersioning } from './operations/bucket-versioning.ts';
import { deleteBucketWebsite, getBucketWebsite, putBucketWebsite } from './operations/bucket-website.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { createBucketOperation } from './operations/create-bucket.ts';
import { createMultipartUpload } from './operations/create-multipart-upload.ts';
import { deleteBucketOperation } from './operations/delete-bucket.ts';
import { deleteObjectOperation } from './operations/delete-object.ts';
import { deleteObjects } from './operations/delete-objects.ts';
import { getBucketAcl, getObjectAcl } from './operations/get-acl.ts';
import { getBucketLocation } from './operations/get-bucket-location.ts';
import { getObject } from './operations/get-object.ts';
import { getObjectAttributes } from './operations/get-object-attributes.ts';
import { headBucket } from './operations/head-bucket.ts';
import { listBucketsOperation } from './operations/list-buckets.ts';
import { listMultipartUploads } from './operations/list-multipart-uploads.ts';
import { listObjectVersions } from './operations/list-object-versions.ts';
import { listObjectsV1, listObjectsV2 } from './operations/list-objects.ts';
import { listPartsOperation } from './operations/list-parts.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './operations/object-tagging.ts';
import {
  deleteOwnershipControls,
  getOwnershipControls,
  putOwnershipControls,
} from './operations/ownership-controls.ts';
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from './operations/public-access-block.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart, uploadPartCopy } from './operations/upload-part.ts';
import { readRequest, type S3Request } from './request.ts';
import { routeOf } from './route.ts';
import type { S3State } from './state.ts';
import { parseTagging } from './tagging.ts';
import { findUpload } from './uploads.ts';
import { latestVersion, type Version, versionWithId } from './versions.ts';

/** A request with what is there of what it names. */
interface Asked {
  readonly s3: S3State;
  readonly request: S3Request;
  readonly bucket: Bucket | undefined;
}

type Rule = (asked: Asked) => readonly AccessRequest[];

const listing = (action: string, given: (query: URLSearchParams) => AccessContext = () => ({})): Rule => {
  return (asked) => [onBucket(asked, action, given(asked.request.query))];
};

/** By operation, so that what is judged is what `routeOf` then does (S3 User Guide, "Required permissions for Amazon S3 API operations"). */
const RULES: ReadonlyMap<Operation, Rule> = new Map<Operation, Rule>([
  [listBucketsOperation, () => [{ action: 's3:ListAllMyBuckets', resource: '*' }]],
  [createBucketOperation, listing('CreateBucket')],
  [deleteBucketOperation, listing('DeleteBucket')],
  [headBucket, listing('ListBucket')],
  [listObjectsV1, listing('ListBucket', listContext)],
  [listObjectsV2, listing('ListBucket', listContext)],
  [listObjectVersions, listing('ListBucketVersions', listContext)],
  [listMultipartUploads, listing('ListBucketMultipartUploads')],
  [getBucketLocation, listing('GetBucketLocation')],
  [getBucketAcl, listing('GetBucketAcl')],
  [getBucketVersioning, listing('GetBucketVersioning')],
  [putBucketVersioning, listing('PutBucketVersioning')],
  [getBucketPolicy, listing('GetBucketPolicy')],
  [putBucketPolicy, listing('PutBucketPolicy')],
  [deleteBucketPolicy, listing('DeleteBucketPolicy')],
  [getBucketTagging, listing('GetBucketTagging')],
  [putBucketTagging, listing('PutBucketTagging')],
  [deleteBucketTagging, listing('PutBucketTagging')],
  [getPublicAccessBlock, listing('GetBucketPublicAccessBlock')],
  [putPublicAccessBlock, listing('PutBucketPublicAccessBlock')],
  [deletePublicAccessBlock, listing('PutBucketPublicAccessBlock')],
  [getBucketEncryption, listing('GetEncryptionConfiguration')],
  [putBucketEncryption, listing('PutEncryptionConfiguration')],
  [deleteBucketEncryption, listing('PutEncryptionConfiguration')],
  [getBucketLifecycle, listing('GetLifecycleConfiguration')],
  [putBucketLifecycle, listing('PutLifecycleConfiguration')],
  [deleteBucketLifecycle, listing('PutLifecycleConfiguration')],
  [getBucketNotification, listing('GetBucketNotification')],
  [putBucketNotification, listing('PutBucketNotification')],
  [getBucketWebsite, listing('GetBucketWebsite')],
  [putBucketWebsite, listing('PutBucketWebsite')],
  [deleteBucketWebsite, listing('DeleteBucketWebsite')],
  [getOwnershipControls, listing('GetBucketOwnershipControls')],
  [putOwnershipControls, listing('PutBucketOwnershipControls')],
  [deleteOwnershipControls, listing('PutBucketOwnershipControls')],
  [getObject, (asked) => reading(asked, versioned('GetObject', asked))],
  [
    getObjectAttributes,
    (asked) => [
      ...reading(asked, versioned('GetObject', asked)),
      onObject(asked, versioned('GetObjectAttributes', asked)),
    ],
  ],
  [getObjectAcl, (asked) => withMissing(asked, [onObject(asked, versioned('GetObjectAcl', asked))])],
  [getObjectTagging, (asked) => withMissing(asked, [onObject(asked, versioned('GetObjectTagging', asked))])],
  [putObjectTagging, (asked) => withMissing(asked, [onObject(asked, versioned('PutObjectTagging', asked))])],
  [deleteObjectTagging, (asked) => withMissing(asked, [onObject(asked, versioned('DeleteObjectTagging', asked))])],
  [putObject, (asked) => writing(asked, ['GenerateDataKey'])],
  [copyObject, (asked) => [...copied(asked), ...writing(asked, ['GenerateDataKey'])]],
  [deleteObjectOperation, (asked) => [onObject(asked, versioned('DeleteObject', asked))]],
  // Each object is judged by itself, once the body tells them: `deletion`.
  [deleteObjects, () => []],
  [createMultipartUpload, (asked) => writing(asked, ['GenerateDataKey'])],
  [uploadPart, (asked) => [onObject(asked, 'PutObject'), ...uploadKey(asked, ['Decrypt'])]],
  [uploadPartCopy, (asked) => [...copied(asked), onObject(asked, 'PutObject'), ...uploadKey(asked, ['Decrypt'])]],
  [completeMultipartUpload, (asked) => [onObject(asked, 'PutObject'), ...uploadKey(asked, ['Decrypt'])]],
  [abortMultipartUpload, (asked) => [onObject(asked, 'AbortMultipartUpload')]],
  [listPartsOperation, (asked) => [onObject(asked, 'ListMultipartUploadParts')]],
]);

/** The operations that have a rule; a test compares them with those that S3 has. */
export const judgedOperations: ReadonlySet<Operation> = new Set(RULES.keys());

/** What a request to S3 asks for, with its bucket's policy. A read of a key that is not there also asks to list the bucket: S3 hides from others that it is not. */
export function accessOf(s3: S3State): AccessReader {
  return ({ method, path, query, headers, caller }) => {
    const request = readRequest({ method, path, query, headers, body: Readable.from([]), caller, requestId: '' });
    const rule = RULES.get(routeOf(request));
    if (rule === undefined) throw new Error(`S3 has no rule of access for ${method} ${path}.`);
    return rule({ s3, request, bucket: findBucket(s3, request.bucket) });
  };
}

function onBucket({ s3, request, bucket }: Asked, action: string, context: AccessContext = {}): AccessRequest {
  const resource = `arn:${s3.context.partition}:s3:::${request.bucket}`;
  return { action: `s3:${action}`, resource, context, policy: bucket?.settings.policy };
}

function onObject({ s3, request, bucket }: Asked, action: string, context: AccessContext = {}): AccessRequest {
  const resource = objectArn(s3, request.bucket, request.key);
  const version = request.query.get('versionId');
  const all = { ...(version === null ? {} : { 's3:VersionId': version }), ...context };
  return { action: `s3:${action}`, resource, context: all, policy: bucket?.settings.policy };
}

/** An action on a version has a name of its own. */
function versioned(action: string, { request }: Asked): string {
  if (!request.query.has('versionId')) return action;
  return action.replace(/^(Get|Put|Delete)Object/, '$1ObjectVersion');
}

function reading(asked: Asked, action: string): readonly AccessRequest[] {
  const { s3, request } = asked;
  const version = found(asked);
  const decrypting =
    version === undefined ? [] : encrypting(s3, version.facts.encryption, request.bucket, request.key, ['Decrypt']);
  return [...withMissing(asked, [onObject(asked, action)]), ...decrypting];
}

function withMissing(asked: Asked, requests: readonly AccessRequest[]): readonly AccessRequest[] {
  if (found(asked) !== undefined || asked.bucket === undefined) return requests;
  const list = asked.request.query.has('versionId') ? 'ListBucketVersions' : 'ListBucket';
  return [...requests, onBucket(asked, list)];
}

function found({ s3, request }: Asked): Version | undefined {
  const id = request.query.get('versionId');
  const { bucket, key } = request;
  const version = id === null ? latestVersion(s3, bucket, key) : versionWithId(s3, bucket, key, id);
  return version?.marker ? undefined : version;
}

function writing(asked: Asked, keyActions: Parameters<typeof keyAccess>[1]): readonly AccessRequest[] {
  const { s3, request, bucket } = asked;
  const { headers } = request;
  const context = Object.fromEntries(
    [
      ...['x-amz-acl', 'x-amz-copy-source', 'x-amz-metadata-directive', 'x-amz-server-side-encryption'],
      ...['x-amz-server-side-encryption-aws-kms-key-id', 'x-amz-server-side-encryption-customer-algorithm'],
      ...['x-amz-storage-class', 'x-amz-website-redirect-location'],
    ].flatMap((name) => (headers.has(name) ? [[`s3:${name}`, headers.get(name) ?? '']] : [])),
  );
  const tags = parseTagging(headers.get('x-amz-tagging') ?? '');
  const tagging = {
    ...Object.fromEntries(tags.map(({ key, value }) => [`s3:RequestObjectTag/${key}`, value])),
    ...(tags.length > 0 ? { 's3:RequestObjectTagKeys': tags.map(({ key }) => key) } : {}),
  };
  const encryption = encryptionFrom(headers) ?? bucket?.settings.encryption;
  return [
    onObject(asked, 'PutObject', { ...context, ...tagging }),
    ...(tags.length > 0 ? [onObject(asked, 'PutObjectTagging', tagging)] : []),
    ...(headers.has('x-amz-acl') ? [onObject(asked, 'PutObjectAcl', context)] : []),
    ...encrypting(s3, encryption, request.bucket, request.key, keyActions),
  ];
}

/** What reading the source of a copy asks for. */
function copied({ s3, request }: Asked): readonly AccessRequest[] {
  const { bucket, key, versionId } = readCopySource(request);
  const query = new URLSearchParams(versionId === undefined ? {} : { versionId });
  const asked = { s3, request: { ...request, bucket, key, query }, bucket: findBucket(s3, bucket) };
  const tags = found(asked)?.facts.tags ?? [];
  const keepsTags = tags.length > 0 && request.headers.get('x-amz-tagging-directive') !== 'REPLACE';
  return [
    ...reading(asked, versioned('GetObject', asked)),
    ...(keepsTags ? [onObject(asked, versioned('GetObjectTagging', asked))] : []),
  ];
}

/** What the key of an upload under way is needed for. */
function uploadKey({ s3, request }: Asked, actions: Parameters<typeof keyAccess>[1]): readonly AccessRequest[] {
  const upload = findUpload(s3, request.bucket, request.key, request.query.get('uploadId') ?? '');
  return upload === undefined
    ? []
    : encrypting(s3, upload.facts.object.encryption, request.bucket, request.key, actions);
}

/** Keys of what the query does not have are absent, as on AWS. */
function listContext(query: URLSearchParams): AccessContext {
  const names = ['prefix', 'delimiter', 'max-keys'];
  return Object.fromEntries(names.flatMap((name) => (query.has(name) ? [[`s3:${name}`, query.get(name) ?? '']] : [])));
}
