import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program is started. */
export interface How {
  readonly cwd: string;
  /** All of its environment: nothing of the tests' own. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface End {
  /** The exit status; a signal's name when one ended it. */
  readonly status: number | string;
  readonly output: string;
  readonly errors: string;
}

/** A program in a process group of its own, as a terminal starts it. */
export interface Child {
  output(): string;
  errors(): string;
  readonly ended: Promise<End>;
  isRunning(): boolean;
  /** What a terminal does on Ctrl-C: SIGINT to the whole group. */
  interrupt(): void;
  kill(): void;
}

/** Starts a program that gets no input. */
export function startChild(program: string, args: readonly string[], { cwd, env }: How): Child {
  const child = spawn(program, [...args], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.errors += text;
  });
  let running = true;
  const ended = once(child, 'close').then(([status, signal]: (number | string)[]): End => {
    running = false;
    return { status: status ?? signal ?? '', ...written };
  });
  // Who waits for the end hears of it; nobody else must.
  ended.catch(() => undefined);
  const signal = (name: 'SIGINT' | 'SIGKILL'): void => {
    if (running && child.pid !== undefined) process.kill(-child.pid, name);
  };
  return {
    output: () => written.output,
    errors: () => written.errors,
    ended,
    isRunning: () => running,
    interrupt: () => signal('SIGINT'),
    kill: () => signal('SIGKILL'),
  };
}

/** Runs a program to its end; kills it, and throws, when that takes more than `seconds`. */
export async function runToEnd(program: string, args: readonly string[], how: How, seconds = 120): Promise<End> {
  const child = startChild(program, args, how);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill();
  }, seconds * 1000);
  const end = await child.ended.finally(() => clearTimeout(timer));
  if (late)
    throw new Error(`${program} ${args.join(' ')} did not end within ${seconds} s.\n${end.output}${end.errors}`);
  return end;
}
