import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Access } from './roles.ts';

/** The version of an object that is there, as a role; undefined in a bucket without versions. An object that is not there is S3's error. */
export async function versionThere(
  { region, credentials }: Access,
  bucket: string,
  key: string,
): Promise<string | undefined> {
  const client = new S3Client({ region, credentials, forcePathStyle: true });
  const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return VersionId;
}

/** The newest version of an object, as a role; undefined when there is no such object. */
export async function newestVersion(access: Access, bucket: string, key: string): Promise<string | undefined> {
  try {
    return await versionThere(access, bucket, key);
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return undefined;
    throw error;
  }
}
