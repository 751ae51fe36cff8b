import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { groupIsGone, killGroup } from './process-group.ts';

/** What a build's supervisor runs as. */
export interface ShellOptions {
  readonly clock: Clock;
  readonly cwd: string;
  /** The machine's own PATH, to find the shell with; commands get the build's environment from their script. */
  readonly path: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Whether the build was told to end: then no command begins. */
  readonly isEnded: () => boolean;
  /** Output of the commands, both streams in the order written; also of what runs on in the background. */
  readonly onOutput: (output: Buffer) => void;
  /** Called with the process group's id before any command runs in it. */
  readonly onGroup: (pid: number) => void;
}

const GRACE = 10_000;

/**
 * Runs each script as a child, waits for its exit (not for the end of its output, which a background job may hold) and writes the status
 * behind the output. It leads the process group, so that the group's id stays ours; it outlives SIGTERM to the group, and takes the group
 * with it when its input ends because the stack died.
 */
const SUPERVISOR = String.raw`exec 2>&1
trap : TERM
while read -r mark shell script; do
  "$shell" "$script" </dev/null
  printf '\001%s %s\001' "$mark" "$?"
done
kill -KILL 0`;

/** The process group of a build: scripts run in it one after the other. */
export class Shell {
  readonly #options: ShellOptions;
  #child: ChildProcess | undefined;
  #output: Readable | null = null;
  #exited: Promise<void> = Promise.resolve();
  #pending: Buffer = Buffer.alloc(0);
  #current: { readonly mark: string; readonly resolve: (status: number) => void } | undefined;
  #ending = false;

  constructor(options: ShellOptions) {
    this.#options = options;
  }

  /** Runs a script to its end and resolves to its exit status; 128 and the signal's number when the whole group was killed. */
  async run(shell: string, script: string): Promise<number> {
    if (this.#ending || this.#options.isEnded()) return 128 + 15;
    const child = this.#child ?? this.#start();
    const { promise, resolve } = Promise.withResolvers<number>();
    const mark = randomUUID();
    this.#current = { mark, resolve };
    child.stdin?.write(`${mark} ${shell} ${script}\n`);
    const status = await promise;
    if (this.#ending) await this.#exited;
    return status;
  }

  /** Ends all processes: SIGTERM, and SIGKILL to what is left when the running command has ended or ten seconds have passed. */
  async terminate(): Promise<void> {
    this.#ending = true;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    if (!this.#current) return this.kill();
    this.#signal('SIGTERM');
    const timer = this.#options.clock.at(this.#options.clock.now() + GRACE, () => this.#signal('SIGKILL'));
    await this.#exited;
    timer.cancel();
    this.#output?.destroy();
    await groupIsGone(pid);
  }

  /** Ends all processes at once. */
  async kill(): Promise<void> {
    this.#ending = true;
    const pid = this.#child?.pid;
    this.#signal('SIGKILL');
    await this.#exited;
    this.#output?.destroy();
    if (pid !== undefined) await groupIsGone(pid);
  }

  #start(): ChildProcess {
    const { cwd, path, user } = this.#options;
    const child = spawn('/bin/sh', ['-c', SUPERVISOR], {
      cwd,
      env: { PATH: path },
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...user,
    });
    this.#child = child;
    this.#output = child.stdout;
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#child = undefined;
        // What is left of the group keeps its id from being taken; when nothing is left, there is nothing to kill.
        killGroup(child.pid, 'SIGKILL');
        this.#current?.resolve(signal === null ? (code ?? 1) : 128 + 9);
        this.#current = undefined;
        resolve();
      });
      child.once('error', () => resolve());
    });
    child.stdin?.on('error', () => {});
    child.stdout?.on('data', (output: Buffer) => this.#take(output));
    if (child.pid === undefined) throw new Error(`The build's shell /bin/sh cannot be started in ${cwd}.`);
    this.#options.onGroup(child.pid);
    return child;
  }

  /** Hands output on as it comes; only what may be the beginning of the status is held back. */
  #take(output: Buffer): void {
    let rest = Buffer.concat([this.#pending, output]);
    const end = this.#current && statusIn(rest, this.#current.mark);
    if (end && this.#current) {
      if (end.start > 0) this.#options.onOutput(rest.subarray(0, end.start));
      rest = rest.subarray(end.end);
      this.#current.resolve(end.status);
      this.#current = undefined;
      if (this.#ending) this.#signal('SIGKILL');
    }
    const held = this.#current ? heldBack(rest, this.#current.mark) : 0;
    if (rest.length > held) this.#options.onOutput(rest.subarray(0, rest.length - held));
    this.#pending = rest.subarray(rest.length - held);
  }

  /** Only while our child is not reaped: until then nobody else can have its id. */
  #signal(signal: NodeJS.Signals): void {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    killGroup(child.pid, signal);
  }
}

function statusIn(output: Buffer, mark: string): { start: number; end: number; status: number } | undefined {
  const start = output.indexOf(`\x01${mark} `);
  const last = start < 0 ? -1 : output.indexOf('\x01', start + 1);
  if (last < 0) return undefined;
  return { start, end: last + 1, status: Number(output.subarray(start + mark.length + 2, last).toString()) };
}

function heldBack(output: Buffer, mark: string): number {
  const longest = mark.length + 6;
  const from = Math.max(0, output.length - longest);
  const start = output.indexOf('\x01', from);
  if (start < 0) return 0;
  const tail = output.subarray(start).toString('latin1');
  return `\x01${mark} `.startsWith(tail.slice(0, mark.length + 2)) ? tail.length : 0;
}
