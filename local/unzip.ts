import { createWriteStream } from 'node:fs';
import { mkdir, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { openPromise } from 'yauzl';

/** What an archive may hold at most; sizes in bytes. */
interface ArchiveLimits {
  readonly entries: number;
  readonly bytes: number;
  /** Unpacked size for each byte of the archive, from `ratioFrom` bytes on. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 300_000,
  bytes: 16 * 2 ** 30,
  ratio: 200,
  ratioFrom: 256 * 2 ** 20,
};

/** An archive that is damaged, or that would write outside its folder, or that is too large. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

interface Link {
  readonly path: string;
  readonly target: string;
}

const LONGEST_TARGET = 4096;

/**
 * Unpacks a ZIP into an empty folder, with Unix modes and with symbolic links that stay inside. Archives are hostile: an entry that
 * names a place outside, that comes twice, or that is neither file, folder nor link refuses the whole archive; what was written until then stays.
 * Resolves to the entries' paths.
 */
export async function unzip(
  file: string,
  folder: string,
  limits = ARCHIVE_LIMITS,
  signal?: AbortSignal,
): Promise<string[]> {
  const { size } = await stat(file);
  const archive = await openPromise(file, { autoClose: false, strictFileNames: true }).catch(refuse);
  try {
    return await unpack(archive, folder, new Bounds(limits, size), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw refuse(error);
  } finally {
    archive.close();
  }
}

async function unpack(archive: ZipFile, folder: string, bounds: Bounds, signal?: AbortSignal): Promise<string[]> {
  const paths: string[] = [];
  const links: Link[] = [];
  for await (const entry of archive.eachEntry()) {
    signal?.throwIfAborted();
    bounds.count(entry);
    const path = safePath(entry.fileName);
    const kind = kindOf(entry);
    paths.push(path);
    try {
      if (kind === 'folder') await mkdir(join(folder, path), { recursive: true });
      else if (kind === 'link') links.push({ path, target: await readTarget(archive, entry, path) });
      else await writeFile(archive, entry, join(folder, path), signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw refuse(error, path);
    }
  }
  // Last, so that no entry can be written through a link.
  for (const { path, target } of links) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(target, join(folder, path));
  }
  return paths;
}

async function writeFile(archive: ZipFile, entry: Entry, path: string, signal?: AbortSignal): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const content = await archive.openReadStreamPromise(entry);
  await pipeline(content, createWriteStream(path, { flags: 'wx', mode: modeOf(entry) }), { ...(signal && { signal }) });
}

/** The path of an entry, free of all that could lead out of the folder. */
function safePath(name: string): string {
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (
    name.includes('\0') ||
    name.includes('\\') ||
    name.startsWith('/') ||
    /^[A-Za-z]:/.test(name) ||
    segments.includes('..')
  ) {
    throw new ArchiveError(`The archive has an entry with an unsafe path: ${shown(name)}.`);
  }
  return segments.join('/');
}

const MADE_BY_UNIX = 3;
const TYPE = 0o170000;

function unixMode({ versionMadeBy, externalFileAttributes }: Entry): number {
  return versionMadeBy >> 8 === MADE_BY_UNIX ? externalFileAttributes >>> 16 : 0;
}

function kindOf(entry: Entry): 'file' | 'folder' | 'link' {
  const type = unixMode(entry) & TYPE;
  if (entry.fileName.endsWith('/')) return 'folder';
  if (type === 0o120000) return 'link';
  if (type === 0 || type === 0o100000) return 'file';
  throw new ArchiveError(`The archive has an entry that is neither file, folder nor link: ${shown(entry.fileName)}.`);
}

/** Permissions as archived, without set-user-id and such, and never less than what the build's user needs to read and replace the file. */
function modeOf(entry: Entry): number {
  const mode = unixMode(entry) & 0o777;
  return mode === 0 ? 0o644 : mode | 0o600;
}

/**
 * A link's target, which must stay inside the folder. `..` is taken only at the target's beginning: the folders above a link are real
 * ones (links are made last), so each `..` there goes up exactly one, whereas behind a name it could be the parent of another link's target.
 */
async function readTarget(archive: ZipFile, entry: Entry, path: string): Promise<string> {
  if (entry.uncompressedSize > LONGEST_TARGET)
    throw new ArchiveError(`The archive has a link with too long a target: ${shown(path)}.`);
  const target = (await buffer(await archive.openReadStreamPromise(entry))).toString('utf8');
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  const down = segments.findIndex((segment) => segment !== '..');
  const ups = down < 0 ? segments.length : down;
  const leaves = ups > path.split('/').length - 1 || segments.slice(ups).includes('..');
  if (target === '' || target.startsWith('/') || target.includes('\0') || target.includes('\\') || leaves) {
    throw new ArchiveError(`The archive has a link that leads outside: ${shown(path)} to ${shown(target)}.`);
  }
  return target;
}

/** Counts what the directory of the archive declares; yauzl refuses an entry whose content is of another size than declared. */
class Bounds {
  readonly #limits: ArchiveLimits;
  readonly #size: number;
  #entries = 0;
  #bytes = 0;

  constructor(limits: ArchiveLimits, size: number) {
    this.#limits = limits;
    this.#size = size;
  }

  count(entry: Entry): void {
    const { entries, bytes, ratio, ratioFrom } = this.#limits;
    this.#entries += 1;
    this.#bytes += entry.uncompressedSize;
    if (this.#entries > entries) throw new ArchiveError(`The archive has more than ${entries} entries.`);
    if (this.#bytes > bytes) throw new ArchiveError(`The archive unpacks to more than ${bytes} bytes.`);
    if (this.#bytes > ratioFrom && this.#bytes > ratio * this.#size) {
      throw new ArchiveError(`The archive unpacks to more than ${ratio} times its size.`);
    }
  }
}

/** A name as a message can hold it. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200)).replace(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function refuse(error: unknown, path?: string): never {
  if (error instanceof ArchiveError) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  const what = path === undefined ? 'The archive' : `The entry ${shown(path)} of the archive`;
  if (code === 'EEXIST' || code === 'EISDIR' || code === 'ENOTDIR')
    throw new ArchiveError(`The archive has one path twice: ${message}`, { cause: error });
  if (code === 'ENAMETOOLONG') throw new ArchiveError(`${what} has too long a path.`, { cause: error });
  if (code?.startsWith('E')) throw error;
  throw new ArchiveError(`${what} cannot be read: ${message}.`, { cause: error });
}
