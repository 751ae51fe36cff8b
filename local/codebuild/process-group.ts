import { setTimeout } from 'node:timers/promises';

const POLLS = 40;

/** Signals all processes of a group; nothing when there is none. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits for the last processes of a killed group, in the machine's time and not for long: those that nobody reaps stay in it for ever. */
export async function groupIsGone(pid: number): Promise<void> {
  for (let poll = 0; poll < POLLS; poll += 1) {
    try {
      process.kill(-pid, 0);
    } catch {
      return;
    }
    await setTimeout(5);
  }
}
