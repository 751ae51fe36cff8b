import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A run of an object's bytes: one file. */
interface Piece {
  readonly file: string;
  readonly size: number;
}

/** The bytes of all objects, in files named by us. Files are written once and never changed. */
export interface Blobs {
  /**
   * Streams chunks into a new file. `commit` gets its name once the bytes are on disk, and must record it before it returns;
   * when the chunks or `commit` fail, the file is removed.
   */
  store<T>(chunks: AsyncIterable<Buffer>, commit: (file: string) => T): Promise<T>;
  /** Streams bytes `start` to `end` (inclusive) of the pieces together; they stay while it is read. */
  read(pieces: readonly Piece[], start: number, end: number): Readable;
  /** Keeps the files while `work` runs, whatever happens to the records that name them. */
  keepWhile<T>(files: readonly string[], work: () => Promise<T>): Promise<T>;
  /** Removes those of the files that nothing names and nobody reads. */
  sweep(files: readonly string[]): void;
}

/** Opens the folder and removes what a crash left: half-written files, and files that no record names. */
export function openBlobs(folder: string, isNamed: (file: string) => boolean): Blobs {
  const uploads = join(folder, 'uploads');
  const objects = join(folder, 'objects');
  rmSync(uploads, { recursive: true, force: true });
  mkdirSync(uploads, { recursive: true });
  makeFolders(objects);
  removeUnnamed(objects, isNamed);
  const readers = new Map<string, number>();
  const left = new Set<string>();
  const folderOf = (file: string) => join(objects, file.slice(0, 2));
  const pathOf = (file: string) => join(folderOf(file), file);

  function sweep(files: readonly string[]): void {
    for (const file of files) {
      if (isNamed(file)) continue;
      if (readers.has(file)) left.add(file);
      else rmSync(pathOf(file), { force: true });
    }
  }

  function hold(files: readonly string[]): () => void {
    for (const file of files) readers.set(file, (readers.get(file) ?? 0) + 1);
    return () => {
      for (const file of files) {
        const others = (readers.get(file) ?? 1) - 1;
        if (others > 0) readers.set(file, others);
        else readers.delete(file);
      }
      sweep(files.filter((file) => left.delete(file)));
    };
  }

  return {
    sweep,
    async store(chunks, commit) {
      const file = randomUUID();
      const upload = join(uploads, file);
      try {
        await writeFile(upload, chunks);
        await rename(upload, pathOf(file));
        await syncFolder(folderOf(file));
        return commit(file);
      } catch (error) {
        await rm(upload, { force: true });
        sweep([file]);
        throw error;
      }
    },
    read(pieces, start, end) {
      const release = hold(pieces.map(({ file }) => file));
      const stream = Readable.from(bytesOf(pieces, start, end, pathOf), { objectMode: false });
      return stream.once('close', release);
    },
    async keepWhile(files, work) {
      const release = hold(files);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}

/** Writes a new file, which is on disk once this resolves. */
async function writeFile(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    for await (const chunk of chunks) await handle.appendFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* bytesOf(
  pieces: readonly Piece[],
  start: number,
  end: number,
  pathOf: (file: string) => string,
): AsyncGenerator<Buffer> {
  let before = 0;
  for (const { file, size } of pieces) {
    const from = Math.max(start - before, 0);
    const to = Math.min(end - before, size - 1);
    if (from <= to) yield* createReadStream(pathOf(file), { start: from, end: to });
    before += size;
  }
}

/** All 256 at once, and on disk, so that a later rename needs only its own folder to be synced. */
function makeFolders(objects: string): void {
  for (let number = 0; number < 256; number += 1) {
    mkdirSync(join(objects, number.toString(16).padStart(2, '0')), { recursive: true });
  }
  const descriptor = openSync(objects, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function removeUnnamed(objects: string, isNamed: (file: string) => boolean): void {
  for (const folder of readdirSync(objects)) {
    for (const file of readdirSync(join(objects, folder))) {
      if (!isNamed(file)) rmSync(join(objects, folder, file));
    }
  }
}

/** A rename is durable once its folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
