import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { ZipFile } from 'yazl';
import { Failure } from '../../engine/work.ts';
import { leadsOut } from './links.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

const limits = { files: 100_000, bytes: 2 ** 30 };
const longestName = 4096;
const mostFolders = 255;
const modes = { file: 0o100644, executable: 0o100755, link: 0o120777 } as const;

/**
 * The files of a commit as one zip stream, the same for the same commit: sorted, dated by the commit. Modes and links are kept; a link
 * that leads out of the tree is refused, and so are a name that a zip cannot keep, one that is in another's way, and what is over 100,000
 * files or 1 GB.
 */
export async function zipSnapshot({ commit, files }: Snapshot, most = limits): Promise<Readable> {
  if (files.length > most.files)
    throw new Failure('ConfigurationError', `The commit has ${files.length} files; at most ${most.files} are allowed.`);
  for (const { path } of files) mustHaveSafeName(path);
  mustHaveOwnPlaces(files);
  await linksMustStayInside(files);
  const zip = new ZipFile();
  const mtime = new Date(Math.max(commit.commitTime, Date.UTC(1980, 0, 1)));
  const output = new PassThrough();
  const counted = counter(most.bytes);
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
    path.length <= longestName &&
    parts.length <= mostFolders &&
    !/[\\\0]|^[A-Za-z]:/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
  if (safe) return;
  throw new Failure(
    'ConfigurationError',
    `The commit holds ${JSON.stringify(path.slice(0, 200))}, a name that an artifact cannot have.`,
  );
}

/** Each file has a place of its own: none is there twice, and none lies below a file or a link. */
function mustHaveOwnPlaces(files: readonly SnapshotFile[]): void {
  const taken = new Set<string>();
  const folders = new Set<string>();
  for (const { path } of files) {
    if (taken.has(path)) throw inTheWay(path);
    taken.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  for (const folder of folders) if (taken.has(folder)) throw inTheWay(folder);
}

function inTheWay(path: string): Failure {
  return new Failure('ConfigurationError', `The commit holds ${JSON.stringify(path.slice(0, 200))} more than once.`);
}

async function linksMustStayInside(files: readonly SnapshotFile[]): Promise<void> {
  const links = new Map<string, string>();
  for (const file of files) if (file.kind === 'link') links.set(file.path, await targetOf(file));
  for (const [path, target] of links) {
    if (!leadsOut(path, links)) continue;
    throw new Failure(
      'ConfigurationError',
      `The commit holds the link ${JSON.stringify(path)}, which leads out of the repository to ${JSON.stringify(target.slice(0, 200))}.`,
    );
  }
}

/** The target of a link. It is held in memory, so that a long one is not read to its end. */
async function targetOf({ path, read }: SnapshotFile): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await read()) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > longestName) break;
  }
  const target = Buffer.concat(chunks).toString();
  if (target !== '' && bytes <= longestName && !/[\\\0]/.test(target)) return target;
  throw new Failure(
    'ConfigurationError',
    `The commit holds the link ${JSON.stringify(path)}, whose target ${JSON.stringify(target.slice(0, 200))} no artifact can have.`,
  );
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
function counter(mostBytes: number): (stream: Readable, failed: (error: Error) => void) => Readable {
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
