import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, open, type ZipFile } from 'yauzl';
import { Failure } from '../provider.ts';

const mostEntries = 100_000;
const mostBytes = 20 * 1024 ** 3;

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
export async function openArchive(name: string, body: Readable, sha256: string | undefined): Promise<Archive> {
  const folder = await mkdtemp(join(tmpdir(), 'artifact-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'artifact.zip');
    const hash = createHash('sha256');
    await pipeline(body, hashing(hash), createWriteStream(file));
    const digest = hash.digest('hex');
    if (sha256 !== undefined && digest !== sha256)
      throw new Failure(
        'RevisionOutOfSync',
        `The artifact ${name} is not as it was made: its SHA-256 is ${digest}, not ${sha256}.`,
      );
    return await opened(name, await openZip(name, file), close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** An open zip as an archive. What is still being read when it is closed ends there: it would keep the file open. */
async function opened(name: string, zip: ZipFile, closed: () => Promise<void>): Promise<Archive> {
  const streams = new Set<Readable>();
  try {
    return {
      files: await filesOf(name, zip),
      async read(entry) {
        const stream = await streamOf(name, zip, entry);
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
async function filesOf(name: string, zip: ZipFile): Promise<readonly Entry[]> {
  const entries = (await entriesOf(name, zip)).filter(({ fileName }) => !fileName.endsWith('/'));
  for (const entry of entries) mustBeSafe(name, entry);
  const files = [...new Map(entries.map((entry) => [entry.fileName, entry])).values()];
  const size = files.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (size <= mostBytes) return files;
  throw new Failure(
    'ConfigurationError',
    `The artifact ${name} unpacks to ${size} bytes; at most ${mostBytes} are allowed.`,
  );
}

function hashing(hash: ReturnType<typeof createHash>) {
  return async function* hashed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  };
}

function openZip(name: string, file: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true };
    open(file, { ...options, strictFileNames: true }, (error, zip) => {
      if (zip) resolve(zip);
      else reject(new Failure('ConfigurationError', `The artifact ${name} is not a zip file: ${error?.message}`));
    });
  });
}

function entriesOf(name: string, zip: ZipFile): Promise<readonly Entry[]> {
  if (zip.entryCount > mostEntries)
    throw new Failure(
      'ConfigurationError',
      `The artifact ${name} has ${zip.entryCount} entries; at most ${mostEntries} are allowed.`,
    );
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', (error: Error) =>
      reject(new Failure('ConfigurationError', `The artifact ${name} cannot be read: ${error.message}`)),
    );
    zip.readEntry();
  });
}

const fileTypes = 0o170000;
const regular = 0o100000;

/** A name that could leave its folder, and anything but a plain file, has no place in a bucket. */
function mustBeSafe(name: string, { fileName, externalFileAttributes }: Entry): void {
  const type = (externalFileAttributes >>> 16) & fileTypes;
  const shown = JSON.stringify(fileName.slice(0, 200));
  if (type !== 0 && type !== regular)
    throw new Failure(
      'ConfigurationError',
      `The artifact ${name} has the entry ${shown}, which is a link or a device: only files can be deployed to S3.`,
    );
  const parts = fileName.split('/');
  const hostile =
    fileName.includes('\0') ||
    fileName.includes('\\') ||
    fileName.startsWith('/') ||
    /^[A-Za-z]:/.test(fileName) ||
    parts.includes('..');
  if (hostile)
    throw new Failure(
      'ConfigurationError',
      `The artifact ${name} has the entry ${shown}, whose name leads out of its folder.`,
    );
}

function streamOf(name: string, zip: ZipFile, entry: Entry): Promise<Readable> {
  const shown = JSON.stringify(entry.fileName.slice(0, 200));
  const damaged = (error: Error | null) =>
    new Failure('ConfigurationError', `The entry ${shown} of the artifact ${name} cannot be read: ${error?.message}`);
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (!stream) return reject(damaged(error));
      const read = new PassThrough();
      read.once('close', () => stream.destroy());
      stream.on('error', (broken) => read.destroy(damaged(broken))).pipe(read);
      resolve(read);
    });
  });
}
