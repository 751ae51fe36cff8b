import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { Failure } from '../../engine/work.ts';
import { withinBytes } from '../within-bytes.ts';
import { listEntries, openZip, readEntry, shown, type ZipLimits, type ZipSubject } from '../zip-entries.ts';

/** The archive itself, in bytes, must fit on the function's disk. */
interface Limits extends ZipLimits {
  readonly archive: number;
}

const limits: Limits = { archive: 4000 * 2 ** 20, entries: 100_000, bytes: 20 * 2 ** 30 };

/** An archive on disk: its files, and how to read one. */
export interface Archive {
  readonly files: readonly Entry[];
  read(entry: Entry): Promise<Readable>;
  close(): Promise<void>;
}

/**
 * Brings an artifact to the function's disk, holds it against its digest and lists its files. On disk and not by ranges: one request
 * instead of two for each file, and all of its bytes pass through us. Refuses an archive that is not one, or that is hostile,
 * before anything of it is used.
 */
export async function openArchive(
  name: string,
  body: Readable,
  sha256: string | undefined,
  most = limits,
): Promise<Archive> {
  const what = `The artifact ${name}`;
  const subject: ZipSubject = { what, damaged: (message) => new Failure('ConfigurationError', message) };
  const folder = await mkdtemp(join(tmpdir(), 'artifact-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'artifact.zip');
    const hash = createHash('sha256');
    await pipeline(body, withinBytes(what, most.archive), hashing(hash), createWriteStream(file));
    const digest = hash.digest('hex');
    if (sha256 !== undefined && digest !== sha256)
      throw new Failure(
        'RevisionOutOfSync',
        `The artifact ${name} is not as it was made: its SHA-256 is ${digest}, not ${sha256}.`,
      );
    return await opened(subject, await openZip(subject, file), most, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** An open zip as an archive. What is still being read when it is closed ends there: it would keep the file open. */
async function opened(
  subject: ZipSubject,
  zip: ZipFile,
  most: ZipLimits,
  closed: () => Promise<void>,
): Promise<Archive> {
  const streams = new Set<Readable>();
  try {
    return {
      files: await filesOf(subject, zip, most),
      async read(entry) {
        const stream = await readEntry(subject, zip, entry);
        streams.add(stream);
        return stream.once('close', () => streams.delete(stream));
      },
      async close() {
        for (const stream of streams) stream.destroy();
        zip.close();
        await closed();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** Of entries with one name the last counts, as whoever unpacks them one after the other has it. */
async function filesOf(subject: ZipSubject, zip: ZipFile, most: ZipLimits): Promise<readonly Entry[]> {
  const entries = await listEntries(subject, zip, most);
  for (const entry of entries) mustBeFile(subject, entry);
  return [...new Map(entries.map((entry) => [entry.fileName, entry])).values()];
}

function hashing(hash: ReturnType<typeof createHash>) {
  return async function* hashed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  };
}

const fileTypes = 0o170000;
const regular = 0o100000;

/** Anything but a plain file has no place in a bucket. */
function mustBeFile({ what }: ZipSubject, { fileName, externalFileAttributes }: Entry): void {
  const type = (externalFileAttributes >>> 16) & fileTypes;
  if (type === 0 || type === regular) return;
  throw new Failure(
    'ConfigurationError',
    `${what} has the entry ${shown(fileName)}, which is a link or a device: only files can be deployed to S3.`,
  );
}
