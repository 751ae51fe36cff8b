import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runToEnd } from './child.ts';
import { pathOfOnly, root, userEnvironment } from './machine.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sluice-user-'));
});

afterAll(() => rm(home, { recursive: true, force: true }));

const demo = (env: Readonly<Record<string, string>>) => {
  return runToEnd('npm', ['run', 'demo'], { cwd: root, env: { ...userEnvironment(home), TMPDIR: home, ...env } });
};

describe('npm run demo', () => {
  it('walks from a push to the site, shows the timeline, and leaves nothing behind', async () => {
    const { status, output, errors } = await demo({});

    expect(errors).toBe('');
    expect(status).toBe(0);
    expect(output).toMatch(/ s {2}the site serves the pushed page$/m);
    expect(output).toMatch(/^stage +action +duration +overhead before it$/m);
    for (const action of ['Source +Fetch', 'Build +Build', 'Approve +Review', 'Deploy +Publish'])
      expect(output).toMatch(new RegExp(`^${action} +\\d+ ms`, 'm'));
    expect((await readdir(home)).filter((name) => name.startsWith('sluice-'))).toEqual([]);
  });

  it('says in one line what went wrong, and exits with 1', async () => {
    const PATH = await pathOfOnly(join(home, 'no-git'), 'node', 'npm', 'sh', 'env');

    const { status, errors } = await demo({ PATH });

    expect(status).toBe(1);
    expect(errors).toBe('The demo failed: The local git server needs the program git, 2.31 or later, on the PATH.\n');
  });
});
