import type { Bucket, Encryption, Ownership, Tag } from './buckets.ts';
import { headerSafe, invalidArgument, notThere, S3Error } from './errors.ts';
import { parseTagging } from './tagging.ts';
import type { ObjectFacts } from './versions.ts';

type Headers = ReadonlyMap<string, string>;

/** What a request may say of an object beside its bytes. */
const OBJECT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
] as const;

const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];
const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
];
const METADATA_LIMIT = 2048;

/** Reads what a put, copy or new upload says of its object; refuses what would be recorded without having its effect. */
export function factsFrom(headers: Headers, bucket: Bucket): ObjectFacts {
  for (const name of headers.keys()) {
    if (name.includes('server-side-encryption-customer-')) throw notThere('encryption with customer keys (SSE-C)');
    if (name.startsWith('x-amz-object-lock-')) throw notThere('object lock');
  }
  return {
    headers: objectHeaders(headers),
    metadata: metadataFrom(headers),
    encryption: encryptionFrom(headers) ?? bucket.settings.encryption,
    acl: aclFrom(headers, bucket),
    storageClass: storageClassFrom(headers),
    tags: tagsFrom(headers),
  };
}

/** The headers among a request's that are kept with the object. `aws-chunked` codes the request, not the object. */
function objectHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of OBJECT_HEADERS) {
    const value = headers.get(name);
    if (value !== undefined) kept[name] = value;
  }
  const redirect = kept['x-amz-website-redirect-location'];
  if (redirect !== undefined && !/^(\/|https?:\/\/)/.test(redirect)) {
    const message = 'The website redirect location must have a prefix of http:// or https:// or /.';
    throw new S3Error('InvalidRedirectLocation', message);
  }
  const codings = kept['content-encoding']?.split(',').map((coding) => coding.trim());
  if (codings) kept['content-encoding'] = codings.filter((coding) => coding !== 'aws-chunked').join(',');
  if (kept['content-encoding'] === '') delete kept['content-encoding'];
  return { 'content-type': 'binary/octet-stream', ...kept };
}

/** User metadata, at most 2 KB of names and values. */
function metadataFrom(headers: Headers): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of headers) {
    if (!name.startsWith('x-amz-meta-')) continue;
    const short = name.slice('x-amz-meta-'.length);
    metadata[short] = value;
    size += short.length + value.length;
  }
  if (size > METADATA_LIMIT) {
    const message = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new S3Error('MetadataTooLarge', message, 400, { MaxSizeAllowed: String(METADATA_LIMIT), Size: String(size) });
  }
  return metadata;
}

/** The tags of `x-amz-tagging`, which is coded like a query. */
function tagsFrom(headers: Headers): readonly Tag[] {
  return parseTagging(headers.get('x-amz-tagging') ?? '');
}

/** What a request says of encryption, if anything. */
export function encryptionFrom(headers: Headers): Encryption | undefined {
  const algorithm = headers.get('x-amz-server-side-encryption');
  const keyId = headers.get('x-amz-server-side-encryption-aws-kms-key-id');
  const bucketKey = headers.get('x-amz-server-side-encryption-bucket-key-enabled');
  if (algorithm === undefined) {
    if (keyId === undefined) return undefined;
    throw invalidArgument('x-amz-server-side-encryption', '', 'A KMS key is named without the aws:kms encryption.');
  }
  return checkEncryption({
    algorithm,
    ...(keyId === undefined ? {} : { keyId }),
    ...(bucketKey === undefined ? {} : { bucketKey: bucketKey.toLowerCase() === 'true' }),
  });
}

/** Refuses an algorithm that S3 does not have, and a key that the algorithm does not use. */
export function checkEncryption(encryption: Encryption): Encryption {
  const { algorithm, keyId } = encryption;
  if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(algorithm)) {
    const message = 'The encryption method specified is not supported';
    throw invalidArgument('x-amz-server-side-encryption', algorithm, message);
  }
  if (algorithm === 'AES256' && keyId !== undefined) {
    const message = 'a KMS key cannot be used with the AES256 encryption';
    throw invalidArgument('x-amz-server-side-encryption-aws-kms-key-id', keyId, message);
  }
  if (keyId !== undefined) headerSafe('x-amz-server-side-encryption-aws-kms-key-id', keyId);
  return encryption;
}

/** The headers that tell of an object's encryption. */
export function encryptionHeaders({ algorithm, keyId, bucketKey }: Encryption): Record<string, string> {
  return {
    'x-amz-server-side-encryption': algorithm,
    ...(keyId === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': keyId }),
    ...(bucketKey ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
  };
}

/** The canned ACL of a request, as far as the bucket takes ACLs at all. */
export function aclFrom(headers: Headers, { settings }: Bucket): string {
  const acl = headers.get('x-amz-acl') ?? 'private';
  if (!CANNED_ACLS.includes(acl)) throw invalidArgument('x-amz-acl', acl, "The canned ACL is not one of S3's.");
  const grants = [...headers.keys()].some((name) => name.startsWith('x-amz-grant-'));
  checkOwnership(settings.ownership ?? 'ObjectWriter', acl, grants);
  if (grants) throw notThere('x-amz-grant headers');
  if (settings.publicAccessBlock?.BlockPublicAcls && /^(public-|authenticated-)/.test(acl)) {
    throw new S3Error('AccessDenied', `The bucket's public access block refuses the ACL ${acl}.`, 403);
  }
  return acl;
}

function checkOwnership(ownership: Ownership, acl: string, grants: boolean): void {
  if (ownership !== 'BucketOwnerEnforced') return;
  if (!grants && (acl === 'private' || acl === 'bucket-owner-full-control')) return;
  throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}

function storageClassFrom(headers: Headers): string {
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD';
  if (['GLACIER', 'DEEP_ARCHIVE', 'OUTPOSTS', 'SNOW', 'EXPRESS_ONEZONE'].includes(storageClass)) {
    throw notThere(`storage class ${storageClass}`);
  }
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw new S3Error('InvalidStorageClass', 'The storage class you specified is not valid');
  }
  return storageClass;
}
