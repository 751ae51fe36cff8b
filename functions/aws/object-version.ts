import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Access } from './roles.ts';

/** The newest version of an object, as a role; undefined when there is no such object. */
export async function newestVersion(
  { region, credentials }: Access,
  bucket: string,
  key: string,
): Promise<string | undefined> {
  const client = new S3Client({ region, credentials, forcePathStyle: true });
  try {
    const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return VersionId;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return undefined;
    throw error;
  }
}
