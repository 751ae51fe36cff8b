import { hostEnvironment } from './host-environment.ts';
import { startOf } from './leftovers.ts';
import type { Records } from './records.ts';
import type { User } from './run-as.ts';
import type { ShellOptions } from './shell.ts';
import { Shell } from './shell.ts';

/** The shells of a build: one, and one more for each user of `run-as`; noted, so that a later stack can end what this one left. */
export class Shells {
  readonly #shells = new Map<number | undefined, Shell>();
  readonly #make: (user: User | undefined) => Shell;
  #ended = false;

  constructor(records: Records, build: string, options: Pick<ShellOptions, 'clock' | 'cwd' | 'onOutput'>) {
    const onGroup = (pid: number) => records.noteProcess(build, pid, startOf(pid) ?? '');
    const path = hostEnvironment(process.env)['PATH'] ?? '';
    this.#make = (user) => new Shell({ ...options, path, isEnded: () => this.#ended, onGroup, ...(user && { user }) });
  }

  of(user?: User): Shell {
    const shell = this.#shells.get(user?.uid) ?? this.#make(user);
    this.#shells.set(user?.uid, shell);
    return shell;
  }

  /** SIGTERM to all, SIGKILL after ten seconds; no command runs after. */
  async terminate(): Promise<void> {
    this.#ended = true;
    await Promise.all([...this.#shells.values()].map((shell) => shell.terminate()));
  }

  /** Ends all processes at once; no command runs after. */
  async kill(): Promise<void> {
    this.#ended = true;
    await this.renew();
  }

  /** Ends all processes at once; commands that follow get new ones. */
  async renew(): Promise<void> {
    const shells = [...this.#shells.values()];
    this.#shells.clear();
    await Promise.all(shells.map((shell) => shell.kill()));
  }
}
