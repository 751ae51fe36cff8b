import { posix } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { Failure } from '../provider.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

const mostFiles = 100_000;
const mostBytes = 1024 ** 3;
const modes = { file: 0o100644, executable: 0o100755, link: 0o120777 } as const;

/**
 * The files of a commit as one zip stream, the same for the same commit: sorted, dated by the commit. Modes and links are kept; a link
 * that leads out of the tree is refused, and so is what is over 100,000 files or 1 GB.
 */
export async function zipSnapshot({ commit, files }: Snapshot): Promise<Readable> {
  if (files.length > mostFiles)
    throw new Failure('ConfigurationError', `The commit has ${files.length} files; at most ${mostFiles} are allowed.`);
  for (const file of files) if (file.kind === 'link') await mustStayInside(file);
  const zip = new ZipFile();
  const mtime = new Date(Math.max(commit.commitTime, Date.UTC(1980, 0, 1)));
  const count = counter();
  for (const file of files) {
    const options = { mode: modes[file.kind], mtime, forceDosTimestamp: true };
    zip.addReadStreamLazy(file.path, options, (done) => {
      file.read().then(
        (stream) => done(null, stream.pipe(count())),
        (error: unknown) => done(error, Readable.from([])),
      );
    });
  }
  const output = new Transform({ transform: (chunk, _, done) => done(null, chunk) });
  zip.on('error', (error: Error) => output.destroy(error));
  zip.outputStream.pipe(output);
  zip.end();
  return output;
}

async function mustStayInside(file: SnapshotFile): Promise<void> {
  const target = (await buffer(await file.read())).toString('utf8');
  const end = posix.normalize(posix.join(posix.dirname(file.path), target));
  if (!posix.isAbsolute(target) && end !== '..' && !end.startsWith('../')) return;
  throw new Failure(
    'ConfigurationError',
    `The commit holds the link ${JSON.stringify(file.path)}, which leads out of the repository to ${JSON.stringify(target.slice(0, 200))}.`,
  );
}

/** Streams that count their bytes together, and break off at the limit. */
function counter(): () => Transform {
  let bytes = 0;
  return () =>
    new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        if (bytes > mostBytes)
          done(new Failure('ConfigurationError', `The commit has over ${mostBytes} bytes of files.`));
        else done(null, chunk);
      },
    });
}
