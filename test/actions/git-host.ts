import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import type { Snapshot } from '../../functions/actions/connection/snapshot.ts';
import { type GitServer, openGit } from '../../local/git/git.ts';
import { discard, newContext, serve } from '../local/eventbridge/serving.ts';

type Web = Awaited<ReturnType<typeof serve>>;

const folders: string[] = [];
const webs: Web[] = [];
afterEach(async () => {
  for (const web of webs.splice(0)) await web.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commit-test-'));
  folders.push(folder);
  return folder;
}

/** A host on the loopback interface, until the test is over. */
export async function served(handle: Parameters<typeof serve>[0]): Promise<Web> {
  const web = await serve(handle);
  webs.push(web);
  return web;
}

/** Path, kind and text of each file. */
export async function contents({ files }: Snapshot): Promise<readonly (readonly [string, string, string])[]> {
  const found: (readonly [string, string, string])[] = [];
  for (const { path, kind, read } of files) found.push([path, kind, (await buffer(await read())).toString()]);
  return found;
}

/** A repository `team/web` behind the git server, and a clone of it in which to work. */
export async function openRepository() {
  const context = newContext();
  const server: GitServer = openGit(context, { webhook: () => undefined });
  const web = await served(({ path, query, ...request }) =>
    server.serve({ ...request, path: path.replace(/^\/git/, ''), query: query.toString() }),
  );
  const work = emptyFolder();
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: work,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_DATE: '2026-01-02T03:04:05+01:00',
    GIT_COMMITTER_DATE: '2026-01-02T04:04:06+01:00',
  };
  const git = async (...args: string[]): Promise<string> => {
    const user = ['-c', 'user.name=Ines Díaz', '-c', 'user.email=ines@example.com'];
    return (await promisify(execFile)('git', [...user, ...args], { cwd: work, env })).stdout.trim();
  };
  await server.create('team/web', { 'README.md': 'Hello\n' }, 'First');
  await git('clone', '--quiet', `${web.endpoint}/git/team/web.git`, '.');
  return {
    server,
    work,
    git,
    host: `${web.endpoint}/git`,
    write(path: string, text: string, mode = 0o644): void {
      mkdirSync(join(work, path, '..'), { recursive: true });
      writeFileSync(join(work, path), text, { mode });
    },
    /** Answers the id of the new commit, which is pushed. */
    async commit(message: string): Promise<string> {
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '-m', message);
      await git('push', '--quiet', 'origin', 'HEAD');
      return git('rev-parse', 'HEAD');
    },
    /** Many empty commits on top, in one go. */
    async commits(count: number): Promise<void> {
      const one = 'commit refs/heads/main\ncommitter A <a@example.com> 1767323045 +0000\ndata 1\nx\n';
      const input = `${one}from refs/heads/main^0\n${one.repeat(count - 1)}`;
      execFileSync('git', ['fast-import', '--quiet'], { cwd: work, env, input });
      await git('push', '--quiet', 'origin', 'main');
    },
    async close(): Promise<void> {
      await server.close();
      discard(context);
    },
  };
}

/** How many files in a folder this process holds open; removed ones count. */
export async function openIn(folder: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd');
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return links.filter((link) => link.startsWith(folder)).length;
}
