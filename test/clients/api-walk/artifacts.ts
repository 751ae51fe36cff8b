import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { administrator } from '../../../local/sample/connection.ts';
import { unzipped } from '../../actions/zips.ts';
import type { TestStack } from '../../end-to-end/stack.ts';

/** An object of S3. */
interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** Where an artifact of a job lies. */
export function placeOf({
  location,
}: {
  readonly location: { readonly s3Location: { readonly bucketName: string; readonly objectKey: string } };
}): Place {
  const { bucketName, objectKey } = location.s3Location;
  return { bucket: bucketName, key: objectKey };
}

/** An object as an administrator finds it. */
export async function objectOf({ stack }: TestStack, { bucket: Bucket, key: Key }: Place): Promise<Buffer> {
  const { endpoint, region } = stack;
  const s3 = new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = await Body?.transformToByteArray();
  s3.destroy();
  return Buffer.from(bytes ?? []);
}

/** The files of a ZIP, by their names. */
export async function contentOf(zip: Buffer): Promise<Readonly<Record<string, string>>> {
  const entries = await unzipped(zip);
  return Object.fromEntries(entries.map(({ path, text }) => [path, text]));
}
