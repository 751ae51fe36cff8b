import type { ObjectPlace } from '../aws/objects.ts';
import { Failure } from './work.ts';

interface What {
  readonly bucket: string;
  readonly key?: string;
  readonly versionId?: string;
}

/** Puts S3's refusals into the reader's terms; every other error stays as it is. */
export async function inReadersTerms<T>(what: What, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, what) ?? error;
  }
}

/** The same for a copy: what S3 says of a key or version concerns the object that is copied, what it says of ACLs the other bucket. */
export async function copyInReadersTerms<T>(from: ObjectPlace, bucket: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, ofVersion.includes(nameOf(error)) ? from : { bucket }) ?? error;
  }
}

function failureOf(error: unknown, what: What): Failure | undefined {
  const { bucket, key, versionId } = what;
  const name = nameOf(error);
  if (versionId !== undefined && ofVersion.includes(name))
    return new Failure('RevisionUnavailable', `Version ${versionId} of ${key} in the bucket ${bucket} is gone`);
  switch (name) {
    case 'NoSuchBucket':
      return noBucket(missingBucket(error) ?? bucket);
    case 'NoSuchKey':
    case 'NotFound':
      return key === undefined
        ? noBucket(bucket)
        : new Failure('ConfigurationError', `No object with the key ${key} was found in the bucket ${bucket}`);
    case 'PermanentRedirect':
      return new Failure('ConfigurationError', `The bucket ${bucket} is in another Region than its action`);
    case 'AccessControlListNotSupported':
      return new Failure(
        'PermissionError',
        `The bucket ${bucket} does not allow ACLs: leave CannedACL out, or change the bucket's object ownership`,
      );
    case 'Forbidden':
      return new Failure('PermissionError', `The role may not read ${key} in the bucket ${bucket}`);
    default:
      return undefined;
  }
}

/** What S3 answers for a version that is not there: a delete marker is no version, and HEAD of what was never an id is a bad request. */
const ofVersion = ['NoSuchKey', 'NotFound', 'NoSuchVersion', 'MethodNotAllowed', 'BadRequest'];

/** An answer to HEAD has no body, so that the SDK knows nothing but its status. */
const wordless = new Map([
  [301, 'PermanentRedirect'],
  [400, 'BadRequest'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
]);

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const told = error.name !== 'Unknown' && error.name !== 'UnknownError' && !/^\d+$/.test(error.name);
  return told ? error.name : (wordless.get($metadata?.httpStatusCode ?? 0) ?? error.name);
}

function noBucket(bucket: string): Failure {
  return new Failure('ConfigurationError', `No bucket with the name ${bucket} was found`);
}

/** S3 names the bucket: of a copy it may be either. */
function missingBucket(error: unknown): string | undefined {
  const { BucketName } = error as { BucketName?: unknown };
  return typeof BucketName === 'string' && BucketName !== '' ? BucketName : undefined;
}
