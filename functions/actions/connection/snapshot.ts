import type { Readable } from 'node:stream';
import type { ConnectionKind } from '../../domain/connection.ts';
import type { Network } from './ask-host.ts';

/** A file or link of a commit. */
export interface SnapshotFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'link';
  /** A file's bytes; of a link, its target. */
  read(): Promise<Readable>;
}

/** A commit with its files. */
export interface Snapshot {
  readonly commit: Commit;
  /** In the order of their paths. */
  readonly files: readonly SnapshotFile[];
  /** Lets go of what the files are read from; none can be read any more. */
  close(): Promise<void>;
}

export interface Commit {
  readonly id: string;
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
  /** Milliseconds since the epoch. */
  readonly authorTime: number;
  readonly commitTime: number;
}

/** A time of a commit, in milliseconds: a stranger's too. What no date can be is the first there is. */
export function timeOf(milliseconds: number): number {
  return Math.abs(milliseconds) <= 8.64e15 ? milliseconds : 0;
}

/** Which commit of which repository. */
export interface Wanted {
  readonly kind: ConnectionKind;
  /** The host, without a slash at the end. */
  readonly host: string;
  readonly repository: string;
  readonly branch: string;
  /** Where the commit is, when it may be on no branch. */
  readonly ref?: string;
  /** The commit to take instead of the branch's newest; Bitbucket's may be shortened. */
  readonly commit?: string;
  readonly token?: string;
  readonly network: Network;
  /** An empty folder that the caller removes. */
  readonly folder: string;
}
