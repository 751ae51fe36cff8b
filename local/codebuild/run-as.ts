import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PhaseFailure } from './failure.ts';
import type { Workspace } from './workspace.ts';

const execute = promisify(execFile);

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Looks up the user of `run-as` and gives it the build's folders, as CodeBuild does; only root can. */
export async function becomeUser(name: string, { folder }: Workspace): Promise<User> {
  if (process.getuid?.() !== 0)
    throw new PhaseFailure(
      'LOCAL_RUNNER_UNSUPPORTED',
      `run-as requires root: the stack cannot run commands as ${name}.`,
    );
  try {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    await execute('chown', ['-R', '-h', `${uid}:${gid}`, folder]);
    return { uid, gid };
  } catch (cause) {
    throw new PhaseFailure('CLIENT_ERROR', `run-as: the user ${name} does not exist on this machine.`, { cause });
  }
}

async function idOf(option: string, name: string): Promise<number> {
  const { stdout } = await execute('id', [option, '--', name]);
  return Number(stdout);
}
