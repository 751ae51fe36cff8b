import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shell } from './shell.ts';
import type { Workspace } from './workspace.ts';

interface CommandOptions {
  readonly workspace: Workspace;
  readonly shell: 'sh' | 'bash';
  readonly variables: Readonly<Record<string, string>>;
  /** Buildspec 0.2: environment and folder are kept from command to command; 0.1: every command begins anew. */
  readonly carriesOver: boolean;
}

/**
 * Runs commands as CodeBuild does: each as a process of its own, between which exported variables (and, by `set -a`, plain
 * assignments) and the current folder are carried over in files; functions, aliases, `set` options and traps are not.
 */
export class Commands {
  readonly #options: CommandOptions;
  #count = 0;
  #lastExit: number | undefined;
  /** `CODEBUILD_BUILD_SUCCEEDING`. */
  succeeding = true;

  private constructor(options: CommandOptions) {
    this.#options = options;
  }

  static async open(options: CommandOptions): Promise<Commands> {
    const commands = new Commands(options);
    const exports = Object.entries(options.variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
    await writeFile(commands.#file('env.sh'), exports.join(''));
    await writeFile(commands.#file('dir'), `${options.workspace.source}\n`);
    return commands;
  }

  /** Runs a command of the buildspec; resolves to its exit status. A command that calls `exit` leaves no change behind. */
  async run(shell: Shell, command: string): Promise<number> {
    const carry = this.#options.carriesOver
      ? `export -p >${quoted(this.#file('env.sh'))}\npwd >${quoted(this.#file('dir'))}\n`
      : '';
    const script = await this.#script(
      command,
      (text) => `${text}\nCODEBUILD_LAST_EXIT=$?\n${carry}exit "$CODEBUILD_LAST_EXIT"\n`,
    );
    this.#lastExit = await this.#execute(shell, script);
    if (this.#lastExit !== 0) this.succeeding = false;
    return this.#lastExit;
  }

  /** Runs a command for its output, which goes into no log, and without effect on the commands after it. */
  async capture(shell: Shell, command: string): Promise<{ status: number; output: string }> {
    const file = this.#file('captured');
    const script = await this.#script(command, (text) => `${text} >${quoted(file)} 2>&1\n`);
    const status = await this.#execute(shell, script);
    return { status, output: await readFile(file, 'utf8').catch(() => '') };
  }

  /** Values of variables as the last command left them; undefined for those that are not set. */
  async values(shell: Shell, names: readonly string[]): Promise<(string | undefined)[]> {
    const values: (string | undefined)[] = [];
    for (const name of names) {
      const { status, output } = await this.capture(shell, `[ "\${${name}+set}" ] && printf %s "$${name}"`);
      values.push(status === 0 ? output : undefined);
    }
    return values;
  }

  /** One line of text with what the shell expands in it (`$NAME`, `$(date)`); text without `$` as it is. */
  async expand(shell: Shell, text: string): Promise<string> {
    if (!text.includes('$')) return text;
    const { output } = await this.capture(
      shell,
      `IFS= read -r expanded_text <<EXPANDED_TEXT\n${text.split('\n')[0]}\nEXPANDED_TEXT\nprintf %s "$expanded_text"`,
    );
    return output;
  }

  async #script(command: string, around: (text: string) => string): Promise<string> {
    this.#count += 1;
    const commandFile = this.#file(`${this.#count}.command`);
    const script = this.#file(`${this.#count}.sh`);
    await writeFile(commandFile, `${command}\n`);
    const succeeding = `export CODEBUILD_BUILD_SUCCEEDING=${this.succeeding ? 1 : 0}\n`;
    const lastExit = this.#lastExit === undefined ? '' : `export CODEBUILD_LAST_EXIT=${this.#lastExit}\n`;
    const restore = `. ${quoted(this.#file('env.sh'))}\n${succeeding}${lastExit}set -a\n`;
    const go = `IFS= read -r codebuild_folder <${quoted(this.#file('dir'))}\ncd "$codebuild_folder" || exit 1\nunset codebuild_folder\n`;
    await writeFile(script, `${restore}${go}${around(`. ${quoted(commandFile)}`)}`);
    return script;
  }

  #execute(shell: Shell, script: string): Promise<number> {
    return shell.run(this.#options.shell === 'bash' ? 'bash' : '/bin/sh', script);
  }

  #file(name: string): string {
    return join(this.#options.workspace.driver, name);
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
