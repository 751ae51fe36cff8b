import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodePipelineClient,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  type PipelineExecutionSummary,
} from '@aws-sdk/client-codepipeline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { git } from '../../scripts/walk/git.ts';
import { approvalLinks, decide, openLink } from '../../scripts/walk/reviewer.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { runToEnd } from './child.ts';
import { pathOfOnly, pythonProgram, root, userEnvironment } from './machine.ts';
import { freePort, npmStart, type StartedStack, takePort } from './started-stack.ts';

/** A machine under load may be slow to answer; a user waits no longer than this for the end. */
const SECONDS = 120;
const FEW_SECONDS = 10_000;

let home: string;
let data: string;
let port: number;
let stack: StartedStack;
let client: CodePipelineClient;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sluice-user-'));
  data = join(home, 'data');
  port = await freePort();
});

afterAll(async () => {
  stack?.child.kill();
  await stack?.child.ended;
  client?.destroy();
  await rm(home, { recursive: true, force: true });
});

async function start(...args: readonly string[]): Promise<void> {
  stack = await npmStart(home, '--port', String(port), '--data', data, ...args);
  client = new CodePipelineClient({ endpoint: stack.endpoint, region: 'us-east-1', credentials: administrator });
}

async function get(address: string): Promise<string> {
  const response = await fetch(address);
  const text = await response.text();
  return response.ok ? text : '';
}

/** The runs, the newest first. */
async function runs(): Promise<readonly PipelineExecutionSummary[]> {
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'hello-site' }),
  );
  return pipelineExecutionSummaries;
}

const runsOf = async (commit: string) =>
  (await runs()).filter(({ sourceRevisions }) => sourceRevisions?.some(({ revisionId }) => revisionId === commit));

/** Changes the clone's site, and more if asked for; commits and pushes. Answers the commit. */
async function push(heading: string, ...more: readonly [file: string, from: string, to: string][]): Promise<string> {
  const clone = join(home, 'clone');
  const page = join('site', 'index.html');
  const changes = [...more, [page, /<h1>.*<\/h1>/, `<h1>${heading}</h1>`] as const];
  for (const [file, from, to] of changes)
    await writeFile(join(clone, file), (await readFile(join(clone, file), 'utf8')).replace(from, to));
  await git(clone, 'commit', '--quiet', '--all', '--message', heading);
  await git(clone, 'push', '--quiet');
  return git(clone, 'rev-parse', 'HEAD');
}

/** The link of the mail that asks to approve a run: found as a person finds it, from the mailbox's page. */
function mailedLink(run: string): Promise<string> {
  return waitFor(
    `the mail that asks to approve run ${run}`,
    async () => {
      for (const [, mail] of (await get(stack.said('mailbox'))).matchAll(/href="(\/mail\/messages\/[^"]+)"/g)) {
        const text = await get(`${stack.endpoint}${mail}`);
        const link = /href="(http[^"]*\/approvals\/[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
        if (link?.includes(`run=${run}`)) return link;
      }
      return undefined;
    },
    SECONDS,
  );
}

/** The links that were mailed: a mail may come twice when the stack ends while it is sent, as AWS may send it twice. */
const links = async () => new Set(await approvalLinks(stack.endpoint));

async function approve(run: string): Promise<void> {
  const link = await mailedLink(run);
  const { fields } = await openLink(link);
  const answer = await decide(link, 'Approved', 'Read and approved', fields);
  expect(answer.status).toBe(200);
}

const served = (text: string) =>
  waitFor(`a site that says ${text}`, async () => (await get(stack.said('site'))).includes(text) || undefined, SECONDS);

/** These follow one another as a user's steps do. */
describe('npm start', () => {
  it('serves the sample and says where everything is', async () => {
    await start();

    expect(stack.said('git clone')).toBe(
      `http://127.0.0.1:${port}/git/sample/hello-site.git   (change site/index.html, push)`,
    );
    expect(stack.said('pipeline')).toBe(`http://127.0.0.1:${port}/pipelines/hello-site`);
    expect(stack.said('mailbox')).toBe(`http://127.0.0.1:${port}/mail/`);
    expect(stack.said('site')).toBe(`http://127.0.0.1:${port}/sites/hello-site/`);
    expect(await get(stack.said('pipeline'))).toContain('<h1>hello-site</h1>');
    expect(await get(stack.said('mailbox'))).toContain('<h1>Mailbox</h1>');
    expect(stack.child.errors()).toBe('');
  });

  it("prints a line of the AWS CLI's that works as it stands", async () => {
    const env = { ...userEnvironment(home), PATH: `${join(pythonProgram('aws'), '..')}:${process.env['PATH']}` };

    const { status, output } = await runToEnd('sh', ['-c', stack.said('CLI')], { cwd: home, env });

    expect(status).toBe(0);
    expect(JSON.parse(output).pipelines).toMatchObject([{ name: 'hello-site', version: 1 }]);
  });

  it('has started a first run by itself, whose approval puts the site online', async () => {
    const [first] = await runs();
    await approve(first?.pipelineExecutionId ?? '');

    await served('<h1>Hello</h1>');
  });

  it('runs what is pushed: a run by itself, a log to follow, a mail, a link, an approval, the site', async () => {
    const remote = stack.said('git clone').split(' ')[0] ?? '';
    await git(home, 'clone', '--quiet', remote, 'clone');
    const gate = join(home, 'gate');
    const slow = `- echo "step 1 of 3"\n      - until [ -e ${gate} ]; do sleep 0.1; done\n      - echo "step 3 of 3"\n      - mkdir -p public`;
    const commit = await push('Hello, pushed', ['buildspec.yml', '- mkdir -p public', slow]);

    const run = await waitFor('a run of the push', async () => (await runsOf(commit))[0], SECONDS);
    const log = await waitFor(
      'the beginning of the log',
      async () => {
        const page = await get(stack.said('pipeline'));
        return page.includes('step 1 of 3\n') ? page : undefined;
      },
      SECONDS,
    );
    await writeFile(gate, '');
    await waitFor(
      'the rest of the log',
      async () => (await get(stack.said('pipeline'))).includes(`Built 2 pages from commit ${commit}`) || undefined,
      SECONDS,
    );
    const link = await mailedLink(run.pipelineExecutionId ?? '');
    const { page, fields } = await openLink(link);
    const waiting = await runsOf(commit);
    const answer = await decide(link, 'Approved', 'Read and approved', fields);

    expect(log).not.toContain('step 3 of 3\n');
    expect(page).toContain(commit);
    expect(page).toContain('Hello, pushed');
    expect(page).toContain('ines@example.com');
    expect(waiting).toMatchObject([{ status: 'InProgress' }]);
    expect(answer.status).toBe(200);
    await served('<h1>Hello, pushed</h1>');
    expect(await runsOf(commit)).toHaveLength(1);
  });

  it('ends with status 0 within seconds on Ctrl-C, also with a run at its approval', async () => {
    await push('Hello, later');
    await waitFor('the third mail', async () => (await links()).size === 3 || undefined, SECONDS);
    const before = performance.now();

    stack.child.interrupt();
    const { status, errors } = await stack.child.ended;

    expect(status).toBe(0);
    expect(errors).toBe('');
    expect(performance.now() - before).toBeLessThan(FEW_SECONDS);
  });

  it('goes on at the second start where things were', async () => {
    await start();
    const [newest, ...older] = await runs();
    const { pipelines } = await client.send(new ListPipelinesCommand({}));

    expect(pipelines).toMatchObject([{ name: 'hello-site' }]);
    expect(newest?.status).toBe('InProgress');
    expect(older.map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
    expect((await links()).size).toBe(3);
    expect(await get(stack.said('site'))).toContain('<h1>Hello, pushed</h1>');
    await approve(newest?.pipelineExecutionId ?? '');
    await served('<h1>Hello, later</h1>');
  });

  it('takes the next push after the second start', async () => {
    const commit = await push('Hello again');

    const run = await waitFor('a run of the push', async () => (await runsOf(commit))[0], SECONDS);
    await approve(run.pipelineExecutionId ?? '');

    await served('<h1>Hello again</h1>');
  });

  it('refuses a folder that another stack has, in one line', async () => {
    const other = ['start', '--', '--port', String(await freePort()), '--data', data];

    const { status, errors } = await runToEnd('npm', other, { cwd: root, env: userEnvironment(home) });

    expect(status).toBe(1);
    expect(errors).toBe(
      `The folder ${data} is in use by another stack. End that one, or choose another with --data DIR.\n`,
    );
    expect(await get(stack.said('pipeline'))).toContain('<h1>hello-site</h1>');
  });

  it('ends with status 0 within seconds on Ctrl-C, also during a build', async () => {
    await push('Hello, slowly', ['buildspec.yml', '- echo "step 3 of 3"', '- sleep 60']);
    await waitFor(
      'the build',
      async () => (await get(stack.said('pipeline'))).includes('step 1 of 3\n') || undefined,
      SECONDS,
    );
    const before = performance.now();

    stack.child.interrupt();
    const { status, errors } = await stack.child.ended;

    expect(status).toBe(0);
    expect(errors).toBe('');
    expect(performance.now() - before).toBeLessThan(FEW_SECONDS);
  });

  it('makes no sample with --empty', async () => {
    data = join(home, 'empty');
    await start('--empty');

    const { pipelines } = await client.send(new ListPipelinesCommand({}));
    stack.child.interrupt();

    expect(pipelines).toEqual([]);
    expect(stack.said('pipelines')).toBe(`http://127.0.0.1:${port}/pipelines/`);
    expect(stack.said('site')).toBe('');
    expect((await stack.child.ended).status).toBe(0);
  });
});

describe('npm start, when it cannot', () => {
  let taken: Awaited<ReturnType<typeof takePort>> | undefined;
  afterEach(async () => {
    await taken?.close();
    taken = undefined;
  });

  async function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const given = ['start', '--', '--data', join(home, 'refused'), ...args];
    const { status, errors } = await runToEnd('npm', given, { cwd: root, env: { ...userEnvironment(home), ...env } });
    expect(status).toBe(1);
    expect(errors).not.toMatch(/^ {4}at /m);
    expect(errors.trim().split('\n')).toHaveLength(1);
    return errors;
  }

  it('says in one line that the port is taken', async () => {
    taken = await takePort();

    const errors = await refused(['--port', String(taken.port)]);

    expect(errors).toContain(`Port ${taken.port} of 127.0.0.1 is taken`);
  });

  it('says in one line that there is no git', async () => {
    const PATH = await pathOfOnly(join(home, 'no-git'), 'node', 'npm', 'sh', 'env');

    const errors = await refused(['--port', '0'], { PATH });

    expect(errors).toContain('needs the program git');
  });

  it.each([['--port', 'http'], ['--port', '65536'], ['--prot', '4747'], ['--port'], ['4747']])(
    'says in one line how it is used, when given %s %s',
    async (...args) => {
      const errors = await refused(args.filter((arg) => arg !== undefined));

      expect(errors).toContain('npm start -- [--port N] [--data DIR] [--empty]');
    },
  );
});
