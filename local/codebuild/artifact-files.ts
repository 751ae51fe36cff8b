import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { ArtifactSpec } from './buildspec.ts';
import { PhaseFailure } from './failure.ts';
import { matching } from './path-patterns.ts';

/** A file for an artifact. */
export interface ArtifactFile {
  /** In the artifact, with `/`. */
  readonly path: string;
  readonly file: string;
  readonly size: number;
  readonly mode: number;
  readonly modified: Date;
  /** The target, for a symbolic link that is kept as one. */
  readonly link?: string;
}

interface Selection extends Pick<ArtifactSpec, 'files' | 'excludePaths' | 'baseDirectory' | 'discardPaths'> {
  /** Symbolic links whose target is inside are kept; else what they point at is taken. */
  readonly keepLinks: boolean;
}

/** The files that an artifact section names, by path in the order of their characters. Nothing found is a CLIENT_ERROR, as in CodeBuild. */
export async function selectFiles(
  source: string,
  selection: Selection,
  say: (text: string) => void,
): Promise<ArtifactFile[]> {
  const bases = await baseDirectories(source, selection.baseDirectory, say);
  const found = new Map<string, ArtifactFile>();
  for (const base of bases) {
    const files: ArtifactFile[] = [];
    for await (const file of walk(base, '', selection.keepLinks, [await realpath(base)])) files.push(file);
    const included = matching(selection.files.map(tidy), files);
    const excluded = new Set(matching(selection.excludePaths.map(tidy), included));
    for (const file of included) {
      const path = selection.discardPaths ? basename(file.path) : file.path;
      if (!excluded.has(file)) found.set(path, { ...file, path });
    }
  }
  say(`Found ${found.size} file(s)`);
  if (found.size === 0) throw new PhaseFailure('CLIENT_ERROR', 'no matching artifact paths found');
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function tidy(pattern: string): string {
  return pattern.replace(/^(\.\/+)+/, '').replaceAll(/\/{2,}/g, '/');
}

/** The folders that `base-directory` matches: a path, or a glob of folders in the source. */
async function baseDirectories(
  source: string,
  given: string | undefined,
  say: (text: string) => void,
): Promise<string[]> {
  say(`Expanding base directory path: ${given ?? '.'}`);
  if (given === undefined) return [source];
  const path = resolve(source, given);
  if (await isFolder(path)) return [path];
  const folders: string[] = [];
  if (!isAbsolute(given)) {
    const pattern = tidy(given).replace(/\/$/, '');
    const depth = pattern.includes('**') ? 64 : pattern.split('/').length;
    const below: { readonly path: string }[] = [];
    for await (const path of foldersBelow(source, '', depth)) below.push({ path });
    folders.push(...matching([pattern], below).map(({ path }) => join(source, path)));
  }
  if (folders.length === 0)
    throw new PhaseFailure('CLIENT_ERROR', `no matching base directory path found for ${given}`);
  return folders.sort();
}

async function* foldersBelow(root: string, path: string, depth: number): AsyncGenerator<string> {
  if (depth === 0) return;
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = path === '' ? entry.name : `${path}/${entry.name}`;
    yield folder;
    yield* foldersBelow(root, folder, depth - 1);
  }
}

/** Every file below, links followed unless they are kept; `above` are the real folders on the way, so that a link to one of them ends. */
async function* walk(
  base: string,
  path: string,
  keepLinks: boolean,
  above: readonly string[],
): AsyncGenerator<ArtifactFile> {
  const names = (await readdir(join(base, path))).sort();
  for (const name of names) {
    const inside = path === '' ? name : `${path}/${name}`;
    const file = join(base, inside);
    const own = await lstat(file);
    const link = own.isSymbolicLink() && keepLinks ? await innerTarget(base, file) : undefined;
    if (link !== undefined) {
      yield { path: inside, file, size: 0, mode: own.mode, modified: own.mtime, link };
      continue;
    }
    // A link to nothing has nothing to put into an artifact.
    const target = own.isSymbolicLink() ? await stat(file).catch(() => undefined) : own;
    if (target?.isFile()) yield { path: inside, file, size: target.size, mode: target.mode, modified: target.mtime };
    if (!target?.isDirectory()) continue;
    const real = await realpath(file);
    if (!above.includes(real)) yield* walk(base, inside, keepLinks, [...above, real]);
  }
}

async function innerTarget(base: string, file: string): Promise<string | undefined> {
  const target = await readlink(file);
  const way = relative(base, resolve(dirname(file), target));
  return isAbsolute(target) || way === '..' || way.startsWith('../') ? undefined : target;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
