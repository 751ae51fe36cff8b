import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { groupIsGone } from './process-group.ts';

/** When a process started, in words that no later process of the same id can share; undefined when it is gone. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in parentheses and may hold anything; the start is field 22, the state field 3.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Kills a process group that an earlier stack left, if its leader is still the process that was noted, and waits until it is gone. */
export async function killLeftover(pid: number, started: string): Promise<boolean> {
  if (startOf(pid) !== started) return false;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    return false;
  }
  await groupIsGone(pid);
  return true;
}
