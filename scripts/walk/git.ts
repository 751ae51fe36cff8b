import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs git in a folder as somebody, without the settings of whoever uses this machine. Answers what it prints. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const who = {
    GIT_AUTHOR_NAME: 'Ines',
    GIT_AUTHOR_EMAIL: 'ines@example.com',
    GIT_COMMITTER_NAME: 'Ines',
    GIT_COMMITTER_EMAIL: 'ines@example.com',
  };
  const env = { PATH: process.env['PATH'], HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', ...who };
  const { stdout } = await run('git', [...args], { cwd, env });
  return stdout.trim();
}
