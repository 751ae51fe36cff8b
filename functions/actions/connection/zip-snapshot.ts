import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { Failure } from '../provider.ts';
import { leadsOut } from './links.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

const mostFiles = 100_000;
const mostBytes = 1024 ** 3;
const modes = { file: 0o100644, executable: 0o100755, link: 0o120777 } as const;

/**
 * The files of a commit as one zip stream, the same for the same commit: sorted, dated by the commit. Modes and links are kept; a link
 * that leads out of the tree is refused, and so are a name that a zip cannot keep and what is over 100,000 files or 1 GB.
 */
export async function zipSnapshot({ commit, files }: Snapshot): Promise<Readable> {
  if (files.length > mostFiles)
    throw new Failure('ConfigurationError', `The commit has ${files.length} files; at most ${mostFiles} are allowed.`);
  for (const { path } of files) mustHaveSafeName(path);
  await linksMustStayInside(files);
  const zip = new ZipFile();
  const mtime = new Date(Math.max(commit.commitTime, Date.UTC(1980, 0, 1)));
  const output = new PassThrough();
  const counted = counter();
  for (const file of files) {
    const options = { mode: modes[file.kind], mtime, forceDosTimestamp: true };
    zip.addReadStreamLazy(file.path, options, (done) => {
      const failed = (error: unknown) => output.destroy(error as Error);
      file.read().then((stream) => done(null, counted(endingWith(stream, output), failed)), failed);
    });
  }
  zip.outputStream.pipe(output);
  zip.end();
  return output;
}

/** `.git` is git's own: no honest repository has it in a tree, and who unpacks it would run its hooks. */
function mustHaveSafeName(path: string): void {
  const parts = path.split('/');
  const safe =
    !/[\\\0]|^[A-Za-z]:/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
  if (safe) return;
  throw new Failure(
    'ConfigurationError',
    `The commit holds ${JSON.stringify(path.slice(0, 200))}, a name that an artifact cannot have.`,
  );
}

async function linksMustStayInside(files: readonly SnapshotFile[]): Promise<void> {
  const links = new Map<string, string>();
  for (const { path, kind, read } of files) if (kind === 'link') links.set(path, await text(await read()));
  for (const [path, target] of links) {
    if (!leadsOut(path, links)) continue;
    throw new Failure(
      'ConfigurationError',
      `The commit holds the link ${JSON.stringify(path)}, which leads out of the repository to ${JSON.stringify(target.slice(0, 200))}.`,
    );
  }
}

/** A stream that is not read on when nobody wants its zip any more: it would keep its file open. */
function endingWith(stream: Readable, output: Readable): Readable {
  const stop = () => stream.destroy();
  if (output.destroyed) stop();
  output.once('close', stop);
  stream.once('close', () => output.off('close', stop));
  return stream;
}

/** Streams that count their bytes together, and break off at the limit. */
function counter(): (stream: Readable, failed: (error: Error) => void) => Readable {
  let bytes = 0;
  return (stream, failed) => {
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        if (bytes > mostBytes)
          done(new Failure('ConfigurationError', `The commit has over ${mostBytes} bytes of files.`));
        else done(null, chunk);
      },
    });
    return pipeline(stream, counted, (error) => {
      if (error) failed(error);
    });
  };
}
