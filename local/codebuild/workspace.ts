import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of one build, all below one that is removed with it. */
export interface Workspace {
  readonly folder: string;
  /** The primary source, where commands begin. */
  readonly source: string;
  readonly home: string;
  readonly temporary: string;
  /** Scripts, and the environment kept between commands. */
  readonly driver: string;
  /** Downloads and artifacts on their way. */
  readonly transfer: string;
}

/** Makes a build's folders anew, empty. */
export async function makeWorkspace(folder: string): Promise<Workspace> {
  await removeFolder(folder);
  const inside = (name: string) => join(folder, name);
  const workspace = {
    folder,
    source: inside('src'),
    home: inside('home'),
    temporary: inside('tmp'),
    driver: inside('driver'),
    transfer: inside('transfer'),
  };
  for (const path of Object.values(workspace)) await mkdir(path, { recursive: true });
  return workspace;
}

/** The folder of a secondary source. */
export function secondarySource({ folder }: Workspace, identifier: string): string {
  return join(folder, 'secondary', identifier);
}

/** Removes a folder with all that is in it, also where a build took write permission away (Go's module cache does). */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}
