import type { Incoming } from './incoming.ts';

/** Sub-resources of a bucket: the word of the query, and what follows the verb. */
const BUCKET_WORDS: Readonly<Record<string, string>> = {
  acl: 'BucketAcl',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  publicAccessBlock: 'PublicAccessBlock',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

const OBJECT_WORDS: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
};

const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', HEAD: 'Head' };

/** The S3 operation of a request in path style (`/bucket/key`): S3 tells them apart by method, path, query and the copy header. */
export function s3OperationName(request: Incoming): string {
  const [, bucket = '', ...key] = request.path.split('/');
  const query = new URLSearchParams(request.query);
  if (bucket === '') return 'ListBuckets';
  return key.join('/') === '' ? bucketOperation(request, query) : objectOperation(request, query);
}

function bucketOperation({ method, path }: Incoming, query: URLSearchParams): string {
  const verb = VERBS[method];
  const word = Object.keys(BUCKET_WORDS).find((name) => query.has(name));
  if (word !== undefined && verb !== undefined) return `${verb}${BUCKET_WORDS[word]}`;
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (method === 'HEAD') return 'HeadBucket';
  if (method !== 'GET') return `${method} ${path}`;
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('uploads')) return 'ListMultipartUploads';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function objectOperation({ method, path, headers }: Incoming, query: URLSearchParams): string {
  const verb = VERBS[method];
  const word = Object.keys(OBJECT_WORDS).find((name) => query.has(name));
  if (word !== undefined && verb !== undefined) return `${verb}${OBJECT_WORDS[word]}`;
  if (method === 'POST' && query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) return uploadOperation(method, headers['x-amz-copy-source'] !== undefined);
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return verb === undefined ? `${method} ${path}` : `${verb}Object`;
}

function uploadOperation(method: string, copies: boolean): string {
  if (method === 'PUT') return copies ? 'UploadPartCopy' : 'UploadPart';
  if (method === 'DELETE') return 'AbortMultipartUpload';
  return method === 'GET' ? 'ListParts' : 'CompleteMultipartUpload';
}
