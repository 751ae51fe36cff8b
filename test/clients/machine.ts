import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** The machine's PATH, without what npm puts before it: a user's programs, and a user's Node. */
export const userPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.endsWith(join('node_modules', '.bin')) && !folder.includes('node-gyp-bin'))
  .join(delimiter);

/** The environment of a user whose home is this folder: none of the settings of whoever uses this machine. */
export function userEnvironment(home: string): Record<string, string> {
  return { PATH: userPath, HOME: home, LC_ALL: 'C.UTF-8', npm_config_update_notifier: 'false' };
}

/** A program of Python's virtual environment, which `.ci/run` makes. */
export function pythonProgram(name: string): string {
  const program = join(root, '.venv', 'bin', name);
  if (existsSync(program)) return program;
  throw new Error(
    `There is no ${program}. Make it: python3 -m venv .venv && .venv/bin/pip install -r requirements-ci.txt`,
  );
}

/** Makes a folder that holds, of the machine's programs, only these; answers the PATH that names it. */
export async function pathOfOnly(folder: string, ...names: readonly string[]): Promise<string> {
  await mkdir(folder);
  for (const name of names) {
    const program = userPath
      .split(delimiter)
      .map((each) => join(each, name))
      .find(existsSync);
    if (program === undefined) throw new Error(`There is no ${name} on the PATH.`);
    await symlink(program, join(folder, name));
  }
  return folder;
}
