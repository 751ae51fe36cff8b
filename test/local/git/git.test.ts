import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GitServer, openGit } from '../../../local/git/git.ts';
import { readBody } from '../../../local/service.ts';
import { discard, newContext, serve, settle, until } from '../eventbridge/serving.ts';

const SECRET = 'a secret';
const ZERO = '0'.repeat(40);

// biome-ignore lint/suspicious/noExplicitAny: payloads are asserted member by member.
type Post = { readonly headers: Record<string, unknown>; readonly payload: any };

let context: ReturnType<typeof newContext>;
let server: GitServer;
let web: Awaited<ReturnType<typeof serve>>;
let receiver: Awaited<ReturnType<typeof serve>>;
let posts: Post[];
let answers: number[];
let work: string;

beforeEach(async () => {
  context = newContext();
  posts = [];
  answers = [];
  work = mkdtempSync(join(tmpdir(), 'sluice-work-'));
  receiver = await serve(async ({ headers, body }) => {
    const raw = await readBody(body);
    const signature = `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;
    if (headers['x-hub-signature-256'] !== signature) return { status: 400, body: 'bad signature' };
    posts.push({ headers, payload: JSON.parse(raw.toString()) });
    return { status: answers.shift() ?? 200, body: 'ok' };
  });
  server = open();
  web = await serve(({ path, query, ...request }) =>
    server.serve({ ...request, path: path.replace(/^\/git/, ''), query: query.toString() }),
  );
});

afterEach(async () => {
  await web.close();
  await server.close();
  await receiver.close();
  discard(context);
  rmSync(work, { recursive: true, force: true });
});

function open(secret = async () => SECRET): GitServer {
  return openGit(context, {
    webhook: (repository) =>
      repository === 'team/quiet' ? undefined : { url: `${receiver.endpoint}/webhooks/x`, secret },
  });
}

const run = promisify(execFile);

async function git(...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: work,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_DATE: '2026-01-02T03:04:05+01:00',
    GIT_COMMITTER_DATE: '2026-01-02T03:04:05+01:00',
  };
  const { stdout } = await run('git', ['-c', 'user.name=Ines Díaz', '-c', 'user.email=ines@example.com', ...args], {
    cwd: work,
    env,
  });
  return stdout.trim();
}

const url = (repository = 'team/web') => `${web.endpoint}/git/${repository}.git`;

async function cloned(files: Record<string, string> = { 'README.md': 'Hello\n' }): Promise<void> {
  await server.create('team/web', files);
  await git('clone', '--quiet', url(), '.');
}

function write(path: string, text: string): void {
  mkdirSync(join(work, path, '..'), { recursive: true });
  writeFileSync(join(work, path), text);
}

async function commit(message: string, ...options: string[]): Promise<string> {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-m', message, ...options);
  return git('rev-parse', 'HEAD');
}

async function pushed(count: number, ...args: string[]): Promise<void> {
  await git('push', '--quiet', 'origin', ...args);
  await until(() => posts.length >= count);
}

describe('a repository', () => {
  it('is made with its first files and can be cloned', async () => {
    await cloned({ 'README.md': 'Hello\n', 'src/ü "x".txt': 'odd\n' });

    expect(readFileSync(join(work, 'README.md'), 'utf8')).toBe('Hello\n');
    expect(readFileSync(join(work, 'src/ü "x".txt'), 'utf8')).toBe('odd\n');
    expect(await git('log', '--format=%an %s %cI')).toBe('Sluice First commit 2026-03-02T08:15:04+00:00');
    expect(await git('branch', '--show-current')).toBe('main');
  });

  it('is left as it is when it exists', async () => {
    await server.create('team/web', { a: '1' }, 'One');
    await server.create('team/web', { a: '2' }, 'Two');

    await git('clone', '--quiet', url(), '.');

    expect(await git('log', '--format=%s')).toBe('One');
  });

  it('may be empty, and takes a first push', async () => {
    await server.create('team/web');
    await git('clone', '--quiet', url(), '.');
    await commit('First');

    await pushed(1, 'HEAD:main');

    expect(posts[0]?.payload).toMatchObject({ ref: 'refs/heads/main', created: true, before: ZERO });
    expect(posts[0]?.payload.commits).toHaveLength(1);
  });

  it.each([
    'web',
    'team/../web',
    '../web',
    'team/..',
    'team/web.git',
    'te am/web',
    '-team/web',
    'team/we/b',
    'team/',
    '/web',
  ])('cannot be called %s', async (name) => {
    await expect(server.create(name)).rejects.toThrow('is not a name of a repository');
  });

  it.each(['../x', '/x', '.git/config', 'a/.GIT/x', 'a//b', 'a\nb', './a', ''])(
    'cannot have a file %j',
    async (path) => {
      await expect(server.create('team/web', { [path]: 'x' })).rejects.toThrow('is not a path of a file');
      expect(readdirSync(join(context.dir, 'git')).filter((name) => !name.startsWith('.pushes'))).toEqual([]);
    },
  );

  it('is not found under paths that are not its own', async () => {
    await server.create('team/web', { a: '1' });
    const ask = async (path: string, method = 'GET', query = 'service=git-upload-pack') =>
      (await server.serve({ method, path, query, headers: {}, body: Readable.from([]) })).status;

    expect(await ask('/team/none.git/info/refs')).toBe(404);
    expect(await ask('/team/web.git/HEAD')).toBe(404);
    expect(await ask('/team/web.git/config')).toBe(404);
    expect(await ask('/team/../.pushes/webhooks.sqlite')).toBe(404);
    expect(await ask('/../team/web.git/info/refs')).toBe(404);
    expect(await ask('/team%2f..%2f/web.git/info/refs')).toBe(404);
    expect(await ask('/team/web.git/info/refs', 'GET', '')).toBe(404);
    expect(await ask('/team/web.git/git-upload-pack')).toBe(405);
    expect(await ask('/team/web.git/info/refs', 'POST')).toBe(405);
    expect(await ask('/team/web/info/refs')).toBe(200);
  });

  it('keeps large files whole in both directions', async () => {
    await cloned();
    const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919 + (index >> 7)) % 251));
    writeFileSync(join(work, 'large.bin'), large);
    await commit('Large');

    await pushed(1, 'main');
    await git('clone', '--quiet', url(), 'again');

    expect(readFileSync(join(work, 'again', 'large.bin')).equals(large)).toBe(true);
  });
});

describe('a push', () => {
  it('is posted as GitHub does', async () => {
    await cloned({ 'README.md': 'Hello\n', old: 'x\n', changed: '1\n' });
    const before = await git('rev-parse', 'HEAD');
    rmSync(join(work, 'old'));
    write('changed', '2\n');
    write('src/new ü.txt', 'new\n');
    const after = await commit('Subject\n\nBody\n');

    await pushed(1, 'main');

    const [{ headers, payload }] = posts as [Post];
    const person = { name: 'Ines Díaz', email: 'ines@example.com', username: 'ines' };
    const one = {
      id: after,
      tree_id: await git('rev-parse', 'HEAD^{tree}'),
      distinct: true,
      message: 'Subject\n\nBody',
      timestamp: '2026-01-02T03:04:05+01:00',
      url: `http://127.0.0.1:1/git/team/web/commit/${after}`,
      author: person,
      committer: person,
      added: ['src/new ü.txt'],
      removed: ['old'],
      modified: ['changed'],
    };
    expect(headers).toMatchObject({
      'x-github-event': 'push',
      'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
    });
    expect(payload).toMatchObject({
      ref: 'refs/heads/main',
      before,
      after,
      created: false,
      deleted: false,
      forced: false,
    });
    expect(payload.commits).toEqual([one]);
    expect(payload.head_commit).toEqual(one);
    expect(payload.compare).toBe(
      `http://127.0.0.1:1/git/team/web/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    );
    expect(payload.pusher).toEqual({ name: 'Ines Díaz', email: 'ines@example.com' });
    expect(payload.repository).toMatchObject({
      id: expect.any(Number),
      name: 'web',
      full_name: 'team/web',
      html_url: 'http://127.0.0.1:1/git/team/web',
      clone_url: 'http://127.0.0.1:1/git/team/web.git',
      default_branch: 'main',
      private: true,
      owner: { name: 'team', login: 'team' },
    });
  });

  it('of a new branch lists what no other branch has', async () => {
    await cloned();
    await git('checkout', '--quiet', '-b', 'feature/x');
    const after = await commit('On the branch');

    await pushed(1, 'feature/x');
    await git('push', '--quiet', 'origin', 'HEAD:refs/heads/copy');
    await until(() => posts.length === 2);

    expect(posts[0]?.payload).toMatchObject({ ref: 'refs/heads/feature/x', before: ZERO, after, created: true });
    expect(posts[0]?.payload.commits.map((each: { message: string }) => each.message)).toEqual(['On the branch']);
    expect(posts[1]?.payload).toMatchObject({
      ref: 'refs/heads/copy',
      created: true,
      commits: [],
      head_commit: { id: after, distinct: false },
    });
  });

  it('that deletes a branch has no commits', async () => {
    await cloned();
    const before = await git('rev-parse', 'HEAD');
    await pushed(1, 'main:gone');

    await pushed(2, '--delete', 'gone');

    const expected = {
      ref: 'refs/heads/gone',
      before,
      after: ZERO,
      deleted: true,
      created: false,
      commits: [],
      head_commit: null,
    };
    expect(posts[1]?.payload).toMatchObject(expected);
  });

  it('that is forced says so', async () => {
    await cloned();
    await commit('Mistake');
    await pushed(1, 'main');
    const before = await git('rev-parse', 'HEAD');
    await git('reset', '--quiet', '--hard', 'HEAD~1');
    const after = await commit('Better');

    await pushed(2, '--force', 'main');

    expect(posts[1]?.payload).toMatchObject({ before, after, forced: true });
    expect(posts[1]?.payload.commits.map((each: { message: string }) => each.message)).toEqual(['Better']);
  });

  it('of tags has the commit that they point to', async () => {
    await cloned();
    const head = await git('rev-parse', 'HEAD');
    await git('tag', 'light');
    await git('tag', '-a', 'v1.0', '-m', 'One');
    const object = await git('rev-parse', 'v1.0');

    await pushed(2, '--tags');

    const byRef = new Map(posts.map(({ payload }) => [payload.ref, payload]));
    expect(byRef.get('refs/tags/light')).toMatchObject({
      after: head,
      created: true,
      commits: [],
      head_commit: { id: head },
    });
    expect(byRef.get('refs/tags/v1.0')).toMatchObject({
      after: object,
      created: true,
      commits: [],
      head_commit: { id: head },
    });
  });

  it('of a tag that points to no commit has no head', async () => {
    await cloned();
    await git('tag', 'tree', 'HEAD^{tree}');

    await pushed(1, 'tree');

    expect(posts[0]?.payload).toMatchObject({ ref: 'refs/tags/tree', head_commit: null, commits: [] });
  });

  it('of thirty commits lists the last twenty, newest last', async () => {
    await cloned();
    for (let count = 1; count <= 30; count += 1) await commit(`Commit ${count}`);

    await pushed(1, 'main');

    const messages = posts[0]?.payload.commits.map((each: { message: string }) => each.message);
    expect(messages).toEqual(Array.from({ length: 20 }, (_, index) => `Commit ${index + 11}`));
    expect(posts[0]?.payload.head_commit.message).toBe('Commit 30');
  });

  it('of a merge lists its changes against the first parent', async () => {
    await cloned();
    await git('checkout', '--quiet', '-b', 'side');
    write('side.txt', 'x');
    await commit('Side');
    await git('checkout', '--quiet', 'main');
    write('main.txt', 'x');
    await commit('Main');
    await git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'side');

    await pushed(1, 'main');

    expect(posts[0]?.payload.commits).toHaveLength(3);
    expect(posts[0]?.payload.head_commit).toMatchObject({
      message: 'Merge',
      added: ['side.txt'],
      removed: [],
      modified: [],
    });
  });

  it('of several refs is one post for each', async () => {
    await cloned();
    await commit('New');

    await pushed(3, 'main', 'main:one', 'main:two');

    expect(posts.map(({ payload }) => payload.ref).sort()).toEqual([
      'refs/heads/main',
      'refs/heads/one',
      'refs/heads/two',
    ]);
    for (const { payload } of posts) expect(payload.commits).toHaveLength(1);
  });

  it('is data whatever it says', async () => {
    await cloned();
    const branch = 'x;touch$IFS\u00a0pwned|`id`$(id)&<b>"\'';
    const message = '$(touch pwned) `id`\n\u0001\u0002 <script>"\\\n-rf --output=x\n\n🚀';
    write('-rf; $(id) "q"\tü.txt', 'x');
    await git('checkout', '--quiet', '-b', branch);
    const after = await commit(message, '--author', 'A "; `id` <a+$(id)@example.com>');

    await pushed(1, branch);

    expect(posts[0]?.payload).toMatchObject({ ref: `refs/heads/${branch}`, after });
    expect(posts[0]?.payload.commits).toMatchObject([
      { message, author: { name: 'A "; `id`', email: 'a+$(id)@example.com' }, added: ['-rf; $(id) "q"\tü.txt'] },
    ]);
    expect(readdirSync(join(context.dir, 'git', 'team', 'web.git'))).not.toContain('pwned');
  });

  it('that the server refuses is posted to nobody', async () => {
    await cloned();
    await git('checkout', '--quiet', '-b', 'other');
    await commit('New');
    const folder = join(context.dir, 'git', 'team', 'web.git');
    await git('--git-dir', folder, 'config', 'receive.denyDeletes', 'true');

    await expect(git('push', '--quiet', 'origin', ':main')).rejects.toThrow();
    await settle();

    expect(posts).toEqual([]);
    expect(readdirSync(join(context.dir, 'git', '.pushes', 'spool'))).toEqual([]);
  });

  it('to a repository without a webhook is taken', async () => {
    await server.create('team/quiet', { a: '1' });
    await git('clone', '--quiet', url('team/quiet'), '.');
    await commit('New');

    await git('push', '--quiet', 'origin', 'main');
    await settle();

    expect(posts).toEqual([]);
  });

  it('of a ref that is neither branch nor tag is posted to nobody', async () => {
    await cloned();

    await git('push', '--quiet', 'origin', 'HEAD:refs/notes/x');
    await settle();

    expect(posts).toEqual([]);
  });
});

describe('the webhook', () => {
  it('hears of a push again, under the same id, until it takes it', async () => {
    answers = [500, 503];
    await cloned();
    await commit('New');

    await pushed(1, 'main');
    for (let count = 2; count <= 3; count += 1) {
      await settleFetch(count - 1);
      context.clock.turn(300_000);
      await until(() => posts.length === count);
    }
    await settleFetch(3);
    context.clock.turn(3_600_000);
    await settle();

    expect(posts).toHaveLength(3);
    expect(new Set(posts.map(({ headers }) => headers['x-github-delivery'])).size).toBe(1);
  });

  it('has the last word when it refuses', async () => {
    const line = vi.spyOn(console, 'error').mockReturnValue(undefined);
    answers = [422];
    await cloned();
    await commit('New');

    await pushed(1, 'main');
    await until(() => line.mock.calls.length === 1);
    context.clock.turn(3_600_000);
    await settle();

    expect(posts).toHaveLength(1);
    expect(line.mock.calls[0]?.[0]).toContain('refused a push with 422');
    line.mockRestore();
  });

  it('hears of pushes in their order', async () => {
    await cloned();
    const ids: string[] = [];
    for (let count = 1; count <= 4; count += 1) {
      ids.push(await commit(`Commit ${count}`));
      await git('push', '--quiet', 'origin', 'main');
    }

    await until(() => posts.length === 4);

    expect(posts.map(({ payload }) => payload.after)).toEqual(ids);
  });

  it('hears after a restart of a push that it could not be told of', async () => {
    await server.close();
    server = open(() => Promise.reject(new Error('No secret yet.')));
    await cloned();
    const after = await commit('New');
    await git('push', '--quiet', 'origin', 'main');
    await settle();

    await server.close();
    context.clock.turn(60_000);
    server = open();
    await server.start();
    await until(() => posts.length === 1);

    expect(posts[0]?.payload.after).toBe(after);
  });

  it('hears after a restart of a push that was noted but not taken', async () => {
    await cloned();
    const after = await commit('New');
    const before = await git('rev-parse', 'HEAD~1');
    await pushed(1, 'main');
    await server.close();
    note('1.done', `team/web\n${before} ${after} refs/heads/main\n`);
    note('2.intended', `team/web\n${before} ${after} refs/heads/main\n${ZERO} ${after} refs/heads/never\n`);
    note('3.new', 'team/web\nhalf a li');

    server = open();
    await server.start();
    await until(() => posts.length === 3);

    expect(posts.slice(1).map(({ payload }) => payload.ref)).toEqual(['refs/heads/main', 'refs/heads/main']);
    expect(readdirSync(join(context.dir, 'git', '.pushes', 'spool'))).toEqual([]);
  });

  function note(name: string, text: string): void {
    writeFileSync(join(context.dir, 'git', '.pushes', 'spool', name), text);
  }

  /** Waits until the receiver's answer to the post has reached the server. */
  async function settleFetch(count: number): Promise<void> {
    await until(() => posts.length === count);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
});

it('says in one line that there is no git', () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';

  try {
    expect(() => open()).toThrow(/^The local git server needs the program git, 2\.31 or later, on the PATH\.$/);
  } finally {
    process.env['PATH'] = path;
  }
});
