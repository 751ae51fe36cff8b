import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import {
  CreatePipelineCommand,
  GetPipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator, localConnection } from '../../local/sample/connection.ts';
import { makeConnection } from '../../local/sample/sample.ts';
import { git } from '../../scripts/walk/git.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { explain, readArguments, shown } from '../../scripts/why.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const repository = 'team/app';
const pipelineName = 'triggered';
const gitConfiguration = {
  sourceActionName: 'Fetch',
  push: [
    { tags: { includes: ['v*'], excludes: ['*-rc?'] } },
    {
      branches: { includes: ['main', 'release/**'] },
      filePaths: { includes: ['src/**'], excludes: ['**/*.md'] },
    },
  ],
};
const triggers = [{ providerType: 'CodeStarSourceConnection' as const, gitConfiguration }];

const clock = new TurnableClock();
let test: TestStack;
let work: string;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), clock });
  const { stack, client } = test;
  await makeConnection(stack);
  await stack.git.create(repository, { 'README.md': 'An app\n' });
  const { record } = localConnection({ ...stack, partition: 'aws' });
  const source = {
    name: 'Fetch',
    actionTypeId: {
      category: 'Source' as const,
      owner: 'AWS' as const,
      provider: 'CodeStarSourceConnection',
      version: '1',
    },
    // The trigger counts, not this.
    configuration: {
      ConnectionArn: record.arn,
      FullRepositoryId: repository,
      BranchName: 'main',
      DetectChanges: 'false',
    },
    outputArtifacts: [{ name: 'Code' }],
    namespace: 'Source',
  };
  const stages = [
    { name: 'Source', actions: [source] },
    { name: 'Do', actions: [noOpAction('Do')] },
  ];
  await client.send(new CreatePipelineCommand({ pipeline: { ...declare(stack, pipelineName, stages), triggers } }));
  work = join(test.folder, 'work');
  mkdirSync(work);
  await git(work, 'clone', '--quiet', `${stack.endpoint}/git/${repository}.git`, '.');
}, 120_000);
afterAll(() => test?.close());

async function commit(path: string, text: string): Promise<string> {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
  await git(work, 'add', '--all');
  await git(work, 'commit', '--quiet', '-m', `Change ${path}`);
  return git(work, 'rev-parse', 'HEAD');
}

const where = () => ['--endpoint-url', test.stack.endpoint];
const why = async (subject: string) => shown(await explain(readArguments([subject, ...where()])));

/** What is known of a commit once so much was decided about it. */
async function decided(id: string, count = 1): Promise<readonly string[]> {
  return waitFor(
    `${count} decisions on ${id}`,
    async () => {
      const said = await why(id);
      return said.length >= count ? said : undefined;
    },
    60,
  );
}

/** Runs that pushes have started, the newest first. */
async function started() {
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries.filter(({ trigger }) => trigger?.triggerType === 'WebhookV2');
}

async function fetched(pipelineExecutionId: string) {
  const { actionExecutionDetails = [] } = await test.client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return actionExecutionDetails.find(({ actionName }) => actionName === 'Fetch')?.output;
}

describe('a pipeline with a trigger', { timeout: 120_000 }, () => {
  it('has it in its definition', async () => {
    const { pipeline } = await test.client.send(new GetPipelineCommand({ name: pipelineName }));

    expect(pipeline).toMatchObject({ pipelineType: 'V2', triggers });
  });

  it('starts by no push whose files are excluded, or not included', async () => {
    const readme = await commit('src/README.md', 'Read this.\n');
    await git(work, 'push', '--quiet', 'origin', 'main');
    const [excluded] = await decided(readme);
    const docs = await commit('docs/index.html', '<p>');
    await git(work, 'push', '--quiet', 'origin', 'main');
    const [elsewhere] = await decided(docs);

    expect(excluded).toMatch(/triggered \(Fetch\): not started\. push to branch 'main' of team\/app: /);
    expect(excluded).toContain("file 'src/README.md' is excluded by '**/*.md'");
    expect(elsewhere).toContain("file 'docs/index.html' is not included");
    expect(await started()).toEqual([]);
  });

  it('starts by a push with one file that is included, and says why by commit and by run', async () => {
    await commit('docs/more.html', '<p>');
    const id = await commit('src/deep/app.ts', '1;\n');
    await git(work, 'push', '--quiet', 'origin', 'main');

    const [said] = await decided(id.slice(0, 9));
    const [run] = await started();
    const runId = run?.pipelineExecutionId ?? '';

    expect(said).toContain(`started ${runId}`);
    expect(said).toContain("file 'src/deep/app.ts' is included by 'src/**'");
    expect(await why(runId)).toEqual([expect.stringContaining(`${runId} was started by WebhookV2`), said]);
    expect(await endOf(test.client, pipelineName, runId)).toBe('Succeeded');
    expect((await fetched(runId))?.outputVariables).toMatchObject({ BranchName: 'main', CommitId: id });
  });

  it('builds another branch than that of its action, but not when the branch is new', async () => {
    await git(work, 'checkout', '--quiet', '-b', 'release/1/x');
    const first = await commit('src/first.ts', '1;\n');
    await git(work, 'push', '--quiet', 'origin', 'release/1/x');
    const [isNew] = await decided(first);
    const second = await commit('src/second.ts', '2;\n');
    await git(work, 'push', '--quiet', 'origin', 'release/1/x');
    await decided(second);
    const [run] = await started();

    expect(isNew).toContain("branch 'release/1/x' is new");
    expect(await endOf(test.client, pipelineName, run?.pipelineExecutionId ?? '')).toBe('Succeeded');
    expect((await fetched(run?.pipelineExecutionId ?? ''))?.outputVariables).toMatchObject({
      BranchName: 'release/1/x',
      CommitId: second,
    });
  });

  it.each(['with a message', 'without one'])('builds the commit of a tag that is on no branch: %s', async (how) => {
    const name = how === 'with a message' ? 'v1.0' : 'v2.0';
    await git(work, 'checkout', '--quiet', '--detach', 'origin/main');
    const id = await commit('docs/tagged.html', name);
    await git(work, 'tag', ...(how === 'with a message' ? ['-a', '-m', 'It'] : []), name);
    await git(work, 'tag', `${name}-rc1`);
    await git(work, 'push', '--quiet', 'origin', name, `${name}-rc1`);

    const said = (await decided(id, 2)).join('\n');
    const [run] = await started();
    const runId = run?.pipelineExecutionId ?? '';

    expect(said).toContain(`started ${runId}. push of tag '${name}' of team/app: push filter 1: tag '${name}'`);
    expect(said).toContain(`not started. push of tag '${name}-rc1' of team/app`);
    expect(await endOf(test.client, pipelineName, runId)).toBe('Succeeded');
    expect((await fetched(runId))?.outputVariables).toMatchObject({ TagName: name, CommitId: id, BranchName: 'main' });
  });

  it('starts by what was forced, as nobody knows which files changed, and says so', async () => {
    await git(work, 'checkout', '--quiet', 'main');
    await git(work, 'reset', '--quiet', '--hard', 'HEAD~1');
    const id = await commit('docs/forced.html', '<p>');
    const before = (await started()).length;
    await git(work, 'push', '--quiet', '--force', 'origin', 'main');

    const [said] = await decided(id);

    expect(said).toContain('they are not known: the push was forced, and the connection has no API to ask');
    expect(await started()).toHaveLength(before + 1);
  });

  it('is not asked about what nobody has told of', async () => {
    expect(await why('0123456789')).toEqual([]);
    expect(await why('01a1fd00-0000-7000-8000-0000000000a1')).toEqual([]);
  });
});

describe('a pull request whose files matter', { timeout: 120_000 }, () => {
  const id = '5a0f2c3e-9a52-4d3b-8a0e-6f0f6d1f2b3c';
  const asked: string[] = [];
  let newest = 'a'.repeat(40);
  let host: Server;
  beforeAll(async () => {
    host = createServer(({ url = '' }, response) => {
      asked.push(url);
      const head = { name: 'main', commit: { sha: newest, commit: { message: 'Nobody told of it' } } };
      const file = { filename: url.includes('/7/') ? 'src/app.ts' : 'docs/a.html' };
      response.end(JSON.stringify(url.includes('/branches') ? [head] : [file]));
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { stack, client } = test;
    const { record } = localConnection({ ...stack, partition: 'aws' });
    const arn = record.arn.replace(/[^/]*$/, id);
    const api = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const { endpoint, region } = stack;
    const dynamodb = new DynamoDBClient({ endpoint, region, credentials: administrator });
    const Item = { pk: `CONNECTION#${id}`, sk: 'CONNECTION', ...record, id, arn, api };
    await DynamoDBDocumentClient.from(dynamodb).send(new PutCommand({ TableName: stack.outputs['TableName'], Item }));
    dynamodb.destroy();
    const fetch = {
      name: 'Fetch',
      actionTypeId: {
        category: 'Source' as const,
        owner: 'AWS' as const,
        provider: 'CodeStarSourceConnection',
        version: '1',
      },
      configuration: { ConnectionArn: arn, FullRepositoryId: 'acme/web', BranchName: 'main' },
      outputArtifacts: [{ name: 'Code' }],
    };
    const stages = [
      { name: 'Source', actions: [fetch] },
      { name: 'Do', actions: [noOpAction('Do')] },
    ];
    const pullRequest = [{ events: ['OPEN' as const], filePaths: { includes: ['src/**'] } }];
    const push = [{ branches: { includes: ['main'] } }];
    const trigger = { sourceActionName: 'Fetch', pullRequest, push };
    const declared = {
      ...declare(stack, 'requested', stages),
      triggers: [{ ...triggers[0], gitConfiguration: trigger }],
    };
    await client.send(new CreatePipelineCommand({ pipeline: declared as never }));
  });
  afterAll(() => new Promise<void>((resolve) => void host?.close(() => resolve())));

  async function opened(number: number, sha: string): Promise<number> {
    const full = { full_name: 'acme/web' };
    const head = { ref: 'topic', sha, repo: full };
    const request = { title: 'Add it', head, base: { ref: 'main', repo: full } };
    const body = JSON.stringify({ action: 'opened', number, repository: full, pull_request: request });
    const key = await localConnection({ ...test.stack, partition: 'aws' }).webhook.secret();
    const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
    const headers = { 'x-github-event': 'pull_request', 'x-hub-signature-256': signature };
    return (await fetch(`${test.stack.endpoint}/webhooks/${id}`, { method: 'POST', headers, body })).status;
  }

  it('has its host asked for them by the git function, and starts by what it answers', async () => {
    const [fits, not] = ['c'.repeat(40), 'd'.repeat(40)];

    const statuses = [await opened(7, fits), await opened(8, not)];

    expect(statuses).toEqual([202, 202]);
    expect(asked.filter((url) => url.includes('/pulls/'))).toEqual([
      '/repos/acme/web/pulls/7/files?per_page=100&page=1',
      '/repos/acme/web/pulls/8/files?per_page=100&page=1',
    ]);
    expect(await why(fits)).toEqual([expect.stringMatching(/: started .*file 'src\/app\.ts' is included by/)]);
    expect(await why(not)).toEqual([expect.stringMatching(/: not started\. .*file 'docs\/a\.html' is not included/)]);
  });

  it('finds a push that nobody told of by asking the same host where its branches are', async () => {
    const looks = () => asked.filter((url) => url.includes('/branches')).length;
    const looked = async (times: number, minutes: number) => {
      clock.turn(minutes * 60_000);
      await waitFor(`look ${times} at the branches`, async () => (looks() >= times ? true : undefined));
    };
    await looked(1, 2);
    newest = 'e'.repeat(40);
    const before = looks();
    await looked(before + 1, 16);
    await looked(before + 2, 3);

    const [said] = await decided(newest);

    expect(said).toMatch(
      /requested \(Fetch\): started .*found by comparing branch heads: push filter 1: branch 'main'/,
    );
  });
});
