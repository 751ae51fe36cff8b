import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './run.ts';

const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/;
const NAME = /^(?!\.{1,2}$)(?!.*\.git$)[\w.-]{1,100}$/;

/** Whether `owner/name` is a name of a repository, as GitHub has them: no such name leads out of the folder. */
export function isRepository(repository: string): boolean {
  const [owner = '', name = '', ...more] = repository.split('/');
  return more.length === 0 && OWNER.test(owner) && NAME.test(name);
}

/** The folder of a bare repository below `root`. */
export function folderOf(root: string, repository: string): string {
  if (!isRepository(repository)) throw new Error(`${repository} is not a name of a repository such as owner/name.`);
  return join(root, `${repository}.git`);
}

/**
 * Makes a bare repository, with a first commit on main when files are given. It is there whole or not at all; one that exists is
 * left as it is. `time` in milliseconds.
 */
export async function makeRepository(
  root: string,
  repository: string,
  { files = {}, message, time }: { files?: Readonly<Record<string, string>>; message: string; time: number },
): Promise<void> {
  const folder = folderOf(root, repository);
  if (existsSync(folder)) return;
  const temporary = join(root, `.new-${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    await git(temporary, ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', '.']);
    if (Object.keys(files).length > 0) {
      await git(temporary, ['fast-import', '--quiet', '--force'], importStream(files, message, time));
    }
    await mkdir(dirname(folder), { recursive: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Somebody else made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

function importStream(files: Readonly<Record<string, string>>, message: string, time: number): Buffer {
  const parts: (string | Buffer)[] = [
    'commit refs/heads/main\n',
    `committer Sluice <sluice@localhost> ${Math.floor(time / 1000)} +0000\n`,
    data(message),
  ];
  for (const [path, content] of Object.entries(files)) {
    checkPath(path);
    parts.push(`M 100644 inline ${quoted(path)}\n`, data(content));
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}

function checkPath(path: string): void {
  const isStep = (step: string) => step !== '' && step !== '.' && step !== '..' && !/^\.git$|\p{Cc}/iu.test(step);
  if (!path.split('/').every(isStep))
    throw new Error(`${JSON.stringify(path)} is not a path of a file in a repository.`);
}
