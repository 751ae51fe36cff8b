import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface Entry {
  readonly path: string;
  readonly text: string;
  /** With the type's bits; a plain file of 0644 when absent. A path that ends in `/` is a folder. */
  readonly mode?: number;
}

/** A ZIP with these entries, whatever their paths: the bytes are as a hostile writer would write them. */
export async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const zip = new ZipFile();
  const stands = entries.map(({ path }, index) => standIn(path, index));
  for (const [index, { path, text, mode = 0o100644 }] of entries.entries()) {
    if (path.endsWith('/')) zip.addEmptyDirectory(path);
    else zip.addBuffer(Buffer.from(text), stands[index] ?? '', { mode: mode === 0o120777 ? 0o120777 : mode });
  }
  zip.end();
  const archive = await buffer(
    zip.outputStream as NodeJS.ReadableStream as AsyncIterable<Buffer> & NodeJS.ReadableStream,
  );
  for (const [index, { path }] of entries.entries()) replace(archive, stands[index] ?? '', path);
  return archive;
}

/** A harmless name of the same length, where the writer would refuse the path. */
function standIn(path: string, index: number): string {
  if (/^\w[\w./-]*$/.test(path) && !path.includes('..')) return path;
  return `${String.fromCharCode(65 + index)}${'@'.repeat(Buffer.byteLength(path) - 1)}`;
}

function replace(archive: Buffer, from: string, to: string): void {
  for (let at = archive.indexOf(from); at >= 0; at = archive.indexOf(from, at + 1)) archive.write(to, at, 'latin1');
}
