import { buffer, text } from 'node:stream/consumers';
import { fromBuffer } from 'yauzl';
import { ZipFile } from 'yazl';

/** An entry of a zip as the tests see it. */
export interface Zipped {
  readonly path: string;
  readonly text: string;
  /** File type and permissions. */
  readonly mode: number;
  readonly date: string;
}

/** The entries of a zip, in its order. */
export function unzipped(bytes: Buffer): Promise<readonly Zipped[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (!zip) return reject(error);
      const found: Zipped[] = [];
      zip.on('error', reject).on('end', () => resolve(found));
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (failed, stream) => {
          if (!stream) return reject(failed);
          text(stream).then((read) => {
            const mode = entry.externalFileAttributes >>> 16;
            found.push({ path: entry.fileName, text: read, mode, date: entry.getLastModDate().toISOString() });
            zip.readEntry();
          }, reject);
        });
      });
      zip.readEntry();
    });
  });
}

/** A zip of files by their names; a name that ends with a slash is a folder. `mode`: of all of them. */
export function zipped(
  files: Readonly<Record<string, string>>,
  modes: Readonly<Record<string, number>> = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, body] of Object.entries(files)) {
    const mode = modes[path];
    if (path.endsWith('/')) zip.addEmptyDirectory(path);
    else zip.addBuffer(Buffer.from(body), path, mode === undefined ? {} : { mode });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** The same zip, where a name is another of the same length: one that no honest tool writes. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('The names must be of one length.');
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}
