import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The environment of every git that runs here: nothing of the user's settings, and settings of ours. */
export function gitEnvironment(settings: Readonly<Record<string, string>> = {}): Record<string, string> {
  const all = Object.entries({ ...SETTINGS, ...settings });
  const numbered = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const { PATH = '' } = process.env;
  return {
    PATH,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(numbered),
  };
}

/** `gc.auto` and `maintenance.auto`: no process stays behind after a push. */
const SETTINGS = {
  'http.receivepack': 'true',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'receive.autogc': 'false',
  'core.quotePath': 'false',
  'i18n.logOutputEncoding': 'UTF-8',
  'safe.directory': '*',
  'uploadpack.allowReachableSHA1InWant': 'true',
};

const MOST_BYTES = 64 * 1024 * 1024;

/** Runs git in a repository and answers with what it wrote, as UTF-8. Arguments are never read by a shell. */
export function git(repository: string, args: readonly string[], input: string | Buffer = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: gitEnvironment(), cwd: repository, maxBuffer: MOST_BYTES };
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`git ${args[0]} failed: ${stderr.trim() || error.message}`, { cause: error }));
    });
    // A git that ends early says so by its exit status.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Throws one clear line when there is no git program that can serve. */
export function requireGit(): void {
  const ask = (option: string) =>
    execFileSync('git', [option], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  let version = '';
  let programs = '';
  try {
    version = ask('--version');
    programs = ask('--exec-path');
  } catch (cause) {
    throw new Error('The local git server needs the program git, 2.31 or later, on the PATH.', { cause });
  }
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 31)) {
    throw new Error(`The local git server needs git 2.31 or later, not ${version}.`);
  }
  const backend = join(programs, process.platform === 'win32' ? 'git-http-backend.exe' : 'git-http-backend');
  if (!existsSync(backend))
    throw new Error(`The local git server needs git's http-backend, and ${backend} is not there.`);
}
