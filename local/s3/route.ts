import { notThere } from './errors.ts';
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
import type { S3Request } from './request.ts';

/** `METHOD parameter`, or the method alone when no parameter of the query names a part of the resource. */
type Routes = Readonly<Record<string, Operation>>;

const ACCOUNT: Routes = { GET: listBucketsOperation };

const BUCKET: Routes = {
  PUT: createBucketOperation,
  DELETE: deleteBucketOperation,
  HEAD: headBucket,
  GET: listObjectsV1,
  'GET list-type': listObjectsV2,
  'GET versions': listObjectVersions,
  'GET uploads': listMultipartUploads,
  'POST delete': deleteObjects,
  'GET location': getBucketLocation,
  'GET acl': getBucketAcl,
  'GET versioning': getBucketVersioning,
  'PUT versioning': putBucketVersioning,
  'GET policy': getBucketPolicy,
  'PUT policy': putBucketPolicy,
  'DELETE policy': deleteBucketPolicy,
  'GET tagging': getBucketTagging,
  'PUT tagging': putBucketTagging,
  'DELETE tagging': deleteBucketTagging,
  'GET publicAccessBlock': getPublicAccessBlock,
  'PUT publicAccessBlock': putPublicAccessBlock,
  'DELETE publicAccessBlock': deletePublicAccessBlock,
  'GET encryption': getBucketEncryption,
  'PUT encryption': putBucketEncryption,
  'DELETE encryption': deleteBucketEncryption,
  'GET lifecycle': getBucketLifecycle,
  'PUT lifecycle': putBucketLifecycle,
  'DELETE lifecycle': deleteBucketLifecycle,
  'GET notification': getBucketNotification,
  'PUT notification': putBucketNotification,
  'GET website': getBucketWebsite,
  'PUT website': putBucketWebsite,
  'DELETE website': deleteBucketWebsite,
  'GET ownershipControls': getOwnershipControls,
  'PUT ownershipControls': putOwnershipControls,
  'DELETE ownershipControls': deleteOwnershipControls,
};

const OBJECT: Routes = {
  PUT: putObject,
  'PUT copy': copyObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: deleteObjectOperation,
  'GET attributes': getObjectAttributes,
  'GET acl': getObjectAcl,
  'GET tagging': getObjectTagging,
  'PUT tagging': putObjectTagging,
  'DELETE tagging': deleteObjectTagging,
  'POST uploads': createMultipartUpload,
  'PUT uploadId': uploadPart,
  'PUT uploadId copy': uploadPartCopy,
  'POST uploadId': completeMultipartUpload,
  'DELETE uploadId': abortMultipartUpload,
  'GET uploadId': listPartsOperation,
};

/** Every operation that S3 has here. */
export const operations: ReadonlySet<Operation> = new Set(
  [ACCOUNT, BUCKET, OBJECT].flatMap((routes) => Object.values(routes)),
);

/** Parameters that name a part of a bucket or object (S3 API Reference); all others leave the operation as it is. */
const PARTS_OF_RESOURCES = new Set(
  `abac accelerate acl analytics attributes cors delete encryption encryptionConfiguration intelligent-tiering inventory
  legal-hold lifecycle list-type location logging metadataConfiguration metadataTable metrics notification object-lock
  ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention
  select session tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
);

/** The operation that a request is for; refuses those that are not there, by name. */
export function routeOf({ method, bucket, key, query, headers }: S3Request): Operation {
  const [level, routes]: [string, Routes] =
    bucket === '' ? ['account', ACCOUNT] : key === '' ? ['bucket', BUCKET] : ['object', OBJECT];
  const part = [...query.keys()].find((name) => PARTS_OF_RESOURCES.has(name));
  const copy = level === 'object' && method === 'PUT' && headers.has('x-amz-copy-source') ? 'copy' : undefined;
  const route = [method, part, copy].filter((word) => word !== undefined).join(' ');
  const operation = Object.hasOwn(routes, route) ? routes[route] : undefined;
  if (!operation)
    throw notThere(
      `operation ${method} ${part === undefined ? '' : `?${part} `}on ${level === 'account' ? 'the account' : `a ${level}`}`,
    );
  return operation;
}
