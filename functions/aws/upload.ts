import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { optionsOf, type PutOptions, s3By } from './objects.ts';
import type { Access } from './roles.ts';

/** What was put. */
export interface Put {
  readonly versionId?: string;
  /** SHA-256 in hex. */
  readonly sha256: string;
}

/** Streams an object into S3; never holds it whole. */
type UploadObject = (bucket: string, key: string, body: Readable, options?: PutOptions) => Promise<Put>;

/** Puts objects as a role. Apart from what else is done with objects: few functions put any. */
export function uploadBy(access: Access): UploadObject {
  const client = s3By(access);
  return (bucket, key, body, options = {}) => upload(client, { ...optionsOf(options), Bucket: bucket, Key: key }, body);
}

async function upload(client: S3Client, params: { Bucket: string; Key: string }, body: Readable): Promise<Put> {
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  body.once('error', (error) => hashed.destroy(error));
  const { VersionId } = await new Upload({ client, params: { ...params, Body: body.pipe(hashed) } }).done();
  return { sha256: hash.digest('hex'), ...(VersionId === undefined ? {} : { versionId: VersionId }) };
}
