import { validateHeaderValue } from 'node:http';
import { ServiceError } from '../service.ts';

/** An error as S3 answers it: `members` are further elements of its document, `headers` go with it. */
export class S3Error extends ServiceError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    members: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message, status, members);
    this.headers = headers;
  }
}

/** What the local stack does not have, and where else to look for it. */
export function notThere(what: string): S3Error {
  return new S3Error(
    'NotImplemented',
    `The local stack's S3 has no ${what}. Set AWS_ENDPOINT_URL_S3 to use another endpoint.`,
    501,
  );
}

export function noSuchBucket(bucket: string): S3Error {
  return new S3Error('NoSuchBucket', 'The specified bucket does not exist.', 404, { BucketName: bucket });
}

export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', 404, { Key: key }, headers);
}

export function noSuchUpload(id: string): S3Error {
  const message =
    'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
  return new S3Error('NoSuchUpload', message, 404, { UploadId: id });
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.', 412, {
    Condition: condition,
  });
}

export function invalidArgument(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });
}

/** A value that is to be answered in a header; refuses what cannot stand there, such as line breaks. */
export function headerSafe(name: string, value: string): string {
  try {
    validateHeaderValue(name, value);
    return value;
  } catch (cause) {
    throw Object.assign(invalidArgument(name, value, 'The value cannot be a header.'), { cause });
  }
}

export function invalidRequest(message: string): S3Error {
  return new S3Error('InvalidRequest', message);
}
