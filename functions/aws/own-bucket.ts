import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Artifact } from '../domain/action.ts';

const bucket = process.env['BUCKET'] ?? '';
const client = new S3Client({ forcePathStyle: true });

/** DeleteObjects takes so many (Amazon S3 API Reference). */
const atOnce = 1000;

/** One version of an object. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
}

/** Where an artifact is in Sluice's own bucket; nothing for one in another bucket, or without a version. */
export function inOwnBucket({ bucket: where, key, versionId }: Artifact): readonly ObjectVersion[] {
  return where === bucket && versionId !== undefined ? [{ key, versionId }] : [];
}

/** Removes versions from Sluice's own bucket, as the function itself; one that is gone is no error. */
export async function removeVersions(versions: readonly ObjectVersion[]): Promise<void> {
  for (let start = 0; start < versions.length; start += atOnce) {
    const Objects = versions
      .slice(start, start + atOnce)
      .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new Error(`S3 did not remove ${error.Key} (${error.Code}): ${error.Message}`);
  }
}
