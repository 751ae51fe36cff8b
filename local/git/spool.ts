import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { git } from './run.ts';

/** One ref that a push changed. A ref that was not there, or is no more, has 40 zeros. */
export interface RefChange {
  readonly repository: string;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

const PRE_RECEIVE = `#!/bin/sh
# Notes what a push is about to change, in case the server is killed before it has.
{ printf '%s\\n' "$SLUICE_REPOSITORY"; cat; } >"$SLUICE_SPOOL.new" || exit 1
sync "$SLUICE_SPOOL.new" 2>/dev/null
mv "$SLUICE_SPOOL.new" "$SLUICE_SPOOL.intended"
`;

const POST_RECEIVE = `#!/bin/sh
# Notes what a push has changed.
{ printf '%s\\n' "$SLUICE_REPOSITORY"; cat; } >"$SLUICE_SPOOL.new" || exit 1
sync "$SLUICE_SPOOL.new" 2>/dev/null
mv "$SLUICE_SPOOL.new" "$SLUICE_SPOOL.done"
rm -f "$SLUICE_SPOOL.intended"
`;

/**
 * Files in which git's hooks note what pushes change, so that no change is forgotten when the server is killed at any moment: a
 * push is noted before it changes anything and again afterwards. Of a push that was cut off between, what it did change is found
 * in the refs.
 */
export class Spool {
  readonly hooks: string;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #folderOf: (repository: string) => string;
  #count = 0;

  constructor(dir: string, clock: Clock, folderOf: (repository: string) => string) {
    this.hooks = join(dir, 'hooks');
    this.#folder = join(dir, 'spool');
    this.#clock = clock;
    this.#folderOf = folderOf;
    mkdirSync(this.hooks, { recursive: true });
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.hooks, 'pre-receive'), PRE_RECEIVE, { mode: 0o755 });
    writeFileSync(join(this.hooks, 'post-receive'), POST_RECEIVE, { mode: 0o755 });
  }

  /** A name for the notes of one push; names sort in the order they were given out. */
  next(): string {
    this.#count += 1;
    return `${String(Math.floor(this.#clock.now())).padStart(15, '0')}-${String(this.#count).padStart(9, '0')}`;
  }

  /** What the hooks are told in their environment. */
  variables(name: string, repository: string): Record<string, string> {
    return { SLUICE_SPOOL: join(this.#folder, name), SLUICE_REPOSITORY: repository };
  }

  /** Names of all pushes that are noted, oldest first. */
  async names(): Promise<readonly string[]> {
    const files = await readdir(this.#folder);
    return [...new Set(files.map((file) => file.replace(/\.\w+$/, '')))].sort();
  }

  /** What a push, which is over, has changed. */
  async read(name: string): Promise<readonly RefChange[]> {
    const path = join(this.#folder, name);
    const done = await contentOf(`${path}.done`);
    if (done !== undefined) return changesOf(done);
    const intended = changesOf((await contentOf(`${path}.intended`)) ?? '');
    const happened = await Promise.all(intended.map((change) => this.#happened(change)));
    return intended.filter((_, index) => happened[index]);
  }

  /** Forgets the notes of a push. */
  async forget(name: string): Promise<void> {
    for (const kind of ['intended', 'new', 'done']) await rm(join(this.#folder, `${name}.${kind}`), { force: true });
  }

  async #happened({ repository, ref, after }: RefChange): Promise<boolean> {
    const now = await git(this.#folderOf(repository), ['for-each-ref', '--format=%(objectname)', ref]);
    return (now.trim() || ZERO) === after;
  }
}

/** What git has for an object that is not there. */
export const ZERO = '0'.repeat(40);

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function changesOf(text: string): RefChange[] {
  const [repository = '', ...lines] = text.split('\n');
  return lines.flatMap((line) => {
    const [, before, after, ref] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
    return before && after && ref ? [{ repository, before, after, ref }] : [];
  });
}
