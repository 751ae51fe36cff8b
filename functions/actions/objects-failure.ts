import { Failure } from './provider.ts';

/** Puts S3's refusals into the reader's terms; every other error stays as it is. */
export async function inReadersTerms<T>(
  what: { readonly bucket: string; readonly key?: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, what) ?? error;
  }
}

function failureOf(
  error: unknown,
  { bucket, key }: { readonly bucket: string; readonly key?: string },
): Failure | undefined {
  switch (error instanceof Error ? error.name : '') {
    case 'NoSuchBucket':
      return new Failure('ConfigurationError', `No bucket with the name ${bucket} was found`);
    case 'NoSuchKey':
    case 'NotFound':
      return new Failure(
        'ConfigurationError',
        key === undefined
          ? `No bucket with the name ${bucket} was found`
          : `No object with the key ${key} was found in the bucket ${bucket}`,
      );
    case 'NoSuchVersion':
    case 'MethodNotAllowed':
      return new Failure('RevisionUnavailable', `The version of ${key} in the bucket ${bucket} is gone`);
    case 'AccessControlListNotSupported':
      return new Failure(
        'PermissionError',
        `The bucket ${bucket} does not allow ACLs: leave CannedACL out, or change the bucket's object ownership`,
      );
    default:
      return undefined;
  }
}
