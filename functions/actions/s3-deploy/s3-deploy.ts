import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { contentType } from 'mime-types';
import { objectsBy, type PutOptions } from '../../aws/objects.ts';
import { uploadBy } from '../../aws/upload.ts';
import { s3Deploy as type } from '../../domain/action-types/deploy.ts';
import { copyInReadersTerms, inReadersTerms } from '../../engine/objects-failure.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';
import { type Archive, openArchive } from './archive.ts';

const atOnce = 16;
const reserveMillis = 60_000;

/** Deploy/AWS/S3/1: an artifact, or each file in it, into a bucket. It never deletes. Doing it twice writes the same objects. */
export const s3Deploy: Provider = {
  types: [type],
  startClass: 'token',
  start: (work) => deploy(work, 0),
  resume: (work, cursor) => deploy(work, Number(cursor)),
};

async function deploy(work: Work, from: number): Promise<Outcome> {
  const { configuration } = work;
  const [input] = work.inputs;
  if (!input) throw new Error(`Action ${work.action.action} has no input artifact.`);
  const objects = objectsBy(work.access);
  const bucket = configuration['BucketName'] ?? '';
  const key = withPlaceholders(configuration['ObjectKey'] ?? '', work);
  const done: Outcome = {
    status: 'Succeeded',
    outputs: [],
    outputVariables: {},
    url: `https://console.aws.amazon.com/s3/buckets/${encodeURIComponent(bucket)}`,
  };
  if (configuration['Extract'] !== 'true') {
    if (key === '') throw new Failure('ConfigurationError', 'ObjectKey must be given when Extract is not true.');
    await copyInReadersTerms(input, bucket, () =>
      objects.copy(input, bucket, key, { ...optionsOf(work), contentType: 'application/zip' }),
    );
    return { ...done, summary: `Deployed 1 object to ${bucket}` };
  }
  const body = await inReadersTerms(input, () => objects.read(input));
  const archive = await openArchive(input.name, body, input.sha256);
  const folder = key === '' ? '' : `${withoutEndingSlashes(key)}/`;
  try {
    const next = await putFiles(work, archive, from, (name) => `${folder}${name}`);
    if (next < archive.files.length)
      return { status: 'Running', cursor: String(next), summary: `${next} of ${archive.files.length} objects` };
    return { ...done, summary: `Deployed ${archive.files.length} objects to ${bucket}` };
  } finally {
    await archive.close();
  }
}

/** By hand: a pattern for the slashes at the end looks at each run of slashes as often as it is long, and strangers can write long ones. */
function withoutEndingSlashes(key: string): string {
  let end = key.length;
  while (key[end - 1] === '/') end -= 1;
  return key.slice(0, end);
}

/**
 * Puts files from an index on, several at once, while there is time. Answers the index of the first that was not put. When one
 * cannot be put no more are begun, and those under way are waited for: nothing is written after the action has its result.
 */
async function putFiles(work: Work, archive: Archive, from: number, keyOf: (name: string) => string): Promise<number> {
  const bucket = work.configuration['BucketName'] ?? '';
  const options = optionsOf(work);
  const upload = uploadBy(work.access);
  let next = from;
  let broken = false;
  const worker = async (): Promise<void> => {
    while (!broken && next < archive.files.length && work.remainingMillis() > reserveMillis) {
      const entry = archive.files[next++];
      if (!entry) return;
      const stream = await archive.read(entry);
      const type = contentType(posix.extname(entry.fileName)) || 'application/octet-stream';
      await inReadersTerms({ bucket }, () =>
        upload(bucket, keyOf(entry.fileName), stream, { ...options, contentType: type }),
      );
    }
  };
  const stopping = () =>
    worker().catch((error: unknown) => {
      broken = true;
      throw error;
    });
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, stopping));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return next;
}

function optionsOf({ configuration }: Work): PutOptions {
  const { CacheControl, CannedACL, KMSEncryptionKeyARN } = configuration;
  return {
    ...(CacheControl === undefined ? {} : { cacheControl: CacheControl }),
    ...(CannedACL === undefined ? {} : { acl: CannedACL }),
    ...(KMSEncryptionKeyARN === undefined ? {} : { encryption: { key: KMSEncryptionKeyARN } }),
  };
}

/** `{datetime}` and `{uuid}` come from the action itself: a second try writes the same keys. */
function withPlaceholders(key: string, { action }: Work): string {
  const [date = '', time = ''] = new Date(action.startTime).toISOString().split('T');
  const hex = createHash('sha256').update(action.id).digest('hex');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
  return key.replaceAll('{datetime}', `${date}_${time.slice(0, 8).replaceAll(':', '-')}`).replaceAll('{uuid}', uuid);
}
