import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { ArtifactFile } from './artifact-files.ts';

/** Hexadecimal digests of a file. */
interface Digests {
  readonly md5: string;
  readonly sha256: string;
}

/** Writes a ZIP of the files in the order given, with their modes and links; nothing is held in memory. */
export async function zipFiles(files: readonly ArtifactFile[], target: string, signal: AbortSignal): Promise<Digests> {
  const zip = new ZipFile();
  for (const { path, file, mode, modified, link } of files) {
    if (link === undefined) zip.addFile(file, path, { mode, mtime: modified });
    else zip.addBuffer(Buffer.from(link), path, { mode, mtime: modified });
  }
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const digesting = new Transform({
    transform(chunk, _, done) {
      md5.update(chunk);
      sha256.update(chunk);
      done(null, chunk);
    },
  });
  // yazl tells of a file that cannot be read on itself, not on its stream.
  zip.on('error', (error) => digesting.destroy(error as Error));
  zip.end();
  await pipeline(zip.outputStream, digesting, createWriteStream(target), { signal });
  return { md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
