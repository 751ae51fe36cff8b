import { PassThrough, type Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { Failure } from '../engine/work.ts';

/** What an archive may hold at most. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked, in bytes, by the archive's own word: an entry that has more is broken off when it is read. */
  readonly bytes: number;
}

/** What is refused, and how damage is: as the user's fault, or as one that passes when the archive is fetched again. */
export interface ZipSubject {
  /** Begins the sentence: `The artifact Site`. */
  readonly what: string;
  readonly damaged: (message: string) => Error;
}

/** What yauzl says of names that lead out. */
const nameBreach = /^(invalid relative path|absolute path|invalid characters in fileName)/;
/** Names and what else the directory says of entries is held in memory: so many bytes of it. */
const mostDirectory = 32 * 2 ** 20;
/** What Linux takes as a path; no honest name comes near. */
const longestName = 4096;
const mostFolders = 255;

/** Opens a zip file on disk. Only what `listEntries` answers is to be read. */
export function openZip({ what, damaged }: ZipSubject, file: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true };
    open(file, { ...options, strictFileNames: true }, (error, zip) => {
      if (zip) resolve(zip);
      else reject(damaged(`${what} is not a zip file: ${printable(error?.message)}`));
    });
  });
}

/** The entries of a zip but its folders. Archives are hostile: the first name that could lead out of a folder refuses all of them, and so does a limit. */
export function listEntries(
  { what, damaged }: ZipSubject,
  zip: ZipFile,
  { entries: most, bytes }: ZipLimits,
): Promise<readonly Entry[]> {
  if (zip.entryCount > most)
    throw new Failure('ConfigurationError', `${what} has ${zip.entryCount} entries; at most ${most} are allowed.`);
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    let directory = 0;
    zip.on('entry', (entry: Entry) => {
      directory += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
      const breach = directory > mostDirectory ? 'makes its directory larger than is allowed' : breachOf(entry);
      if (breach)
        return reject(
          new Failure('ConfigurationError', `${what} has the entry ${shown(entry.fileName)}, which ${breach}.`),
        );
      if (!entry.fileName.endsWith('/')) entries.push(entry);
      zip.readEntry();
    });
    zip.once('end', () => {
      const sizes = new Map(entries.map((entry) => [entry.fileName, entry.uncompressedSize]));
      const size = [...sizes.values()].reduce((sum, each) => sum + each, 0);
      if (size <= bytes) return resolve(entries);
      reject(new Failure('ConfigurationError', `${what} unpacks to ${size} bytes; at most ${bytes} are allowed.`));
    });
    zip.once('error', ({ message }: Error) => {
      const told = `${what} cannot be read: ${printable(message)}`;
      reject(nameBreach.test(message) ? new Failure('ConfigurationError', told) : damaged(told));
    });
    zip.readEntry();
  });
}

/** An entry's bytes; what is damaged, or not as long as it says, breaks them off. */
export function readEntry(subject: ZipSubject, zip: ZipFile, entry: Entry): Promise<Readable> {
  const of = `The entry ${shown(entry.fileName)} of ${subject.what.replace(/^The/, 'the')}`;
  const damaged = (error: Error | null) => subject.damaged(`${of} cannot be read: ${error?.message}`);
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

/** A name as a message can hold it. */
export function shown(name: string): string {
  return printable(JSON.stringify(name.slice(0, 200)));
}

function breachOf({ fileName, generalPurposeBitFlag, compressionMethod }: Entry): string | undefined {
  const parts = fileName.split('/');
  if (fileName === '') return 'has no name';
  if (fileName.length > longestName || parts.length > mostFolders) return 'has too long a path';
  if (/[\0\\]|^\/|^[A-Za-z]:/.test(fileName) || parts.includes('..')) return 'leads out of its folder by its name';
  if (generalPurposeBitFlag & 1) return 'is encrypted';
  return compressionMethod === 0 || compressionMethod === 8 ? undefined : 'is compressed in a way that cannot be read';
}

function printable(text = ''): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
