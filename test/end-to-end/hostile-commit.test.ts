import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator, localConnection } from '../../local/sample/connection.ts';
import { artifactAccess, buildAccess, buildTrust, logAccess, pipelineTrust, policy } from '../../local/sample/roles.ts';
import { makeConnection } from '../../local/sample/sample.ts';
import { decide, linkFor, type Mail, openLink } from '../../scripts/walk/reviewer.ts';
import { emptyFolder } from '../actions/git-host.ts';
import { allOfThem, hostileTexts } from '../hostile/payloads.ts';
import { buildWithNoOp } from '../no-op/build.ts';
import { listen } from './heard-events.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const repository = 'team/hostile';
// Text between braces that is no reference: CodePipeline has no way to write one that is to stay as it is.
const branch = 'x/$(touch${IFS}pwned);`id`\'"<b>|&#{SourceVariables/CommitId}\u202egnp';
const author = 'Ann $(touch pwned) "; touch pwned; \'`id` #{SourceVariables.CommitId}';
const file = 'a $(touch pwned) \'"`id`; <b> #{SourceVariables.CommitId}.txt';
const message = `${allOfThem}\n\nThe end.`;
const buildspec = `version: 0.2
env:
  exported-variables: [MESSAGE64, BRANCH64, FILES64, NAMES]
phases:
  build:
    commands:
      - printf 'message %s' "$MESSAGE"
      - export MESSAGE64="$(printf %s "$MESSAGE" | base64 | tr -d '\\n')"
      - export BRANCH64="$(printf %s "$BRANCH" | base64 | tr -d '\\n')"
      - export FILES64="$(ls | base64 | tr -d '\\n')"
      - export NAMES="$(env | cut -d= -f1 | grep -cE '^(LD_PRELOAD|X)$')"
`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const notShown = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

let test: TestStack;
let kept: string;
let run: string;
let mails: readonly Mail[];
let approvalPages: readonly string[];
let events: readonly string[];
let outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;

const clients = () => ({ endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator });

beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
  await makeConnection(test.stack);
  makeRoles();
  await makeProject();
  const listening = await listen(test.stack);
  kept = await push();
  await goThrough();
  events = await listening((found) => found.some(isEndOfRun) && found.some(isEndOfFetch));
}, 180_000);
afterAll(() => test?.close());

function makeRoles(): void {
  const { stack } = test;
  const runs = policy(...artifactAccess(stack), buildAccess(stack, 'hostile'));
  const builds = policy(...artifactAccess(stack), logAccess(stack, 'hostile'));
  stack.putRole({ name: 'hostile-pipeline', trust: pipelineTrust(stack, 'hostile'), policies: { runs } });
  stack.putRole({ name: 'hostile-build', trust: buildTrust(stack), policies: { builds } });
}

async function makeProject(): Promise<void> {
  const codebuild = new CodeBuildClient(clients());
  await codebuild.send(
    new CreateProjectCommand({
      name: 'hostile',
      serviceRole: `arn:aws:iam::${test.stack.account}:role/hostile-build`,
      source: { type: 'NO_SOURCE', buildspec },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
      },
    }),
  );
  codebuild.destroy();
}

function isEndOfRun(event: string): boolean {
  const { 'detail-type': type, detail } = JSON.parse(event);
  return type === 'CodePipeline Pipeline Execution State Change' && detail.state === 'SUCCEEDED';
}

function isEndOfFetch(event: string): boolean {
  const { action, state } = JSON.parse(event).detail;
  return action === 'Fetch' && state === 'SUCCEEDED';
}

/** Pushes a commit with git itself; answers what git keeps of its message. */
async function push(): Promise<string> {
  await test.stack.git.create(repository, { 'buildspec.yml': buildspec }, 'First');
  const cwd = emptyFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const identity = ['-c', `user.name=${author}`, '-c', 'user.email=ann@example.com'];
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', [...identity, ...args], { cwd, env })).stdout;
  await git('clone', '--quiet', `${test.stack.endpoint}/git/${repository}.git`, '.');
  await git('switch', '--quiet', '-c', branch);
  await writeFile(join(cwd, file), 'x');
  await git('add', '--all');
  await git('commit', '--quiet', '--cleanup=verbatim', '-m', message);
  const written = (await git('log', '-1', '--format=%B')).trimEnd();
  await git('push', '--quiet', 'origin', 'HEAD');
  return written;
}

function pipeline(branchName = branch): PipelineDeclaration {
  const { stack } = test;
  const { record } = localConnection({ ...stack, partition: 'aws' });
  const type = (category: 'Source' | 'Build' | 'Approval', provider: string) =>
    ({ category, owner: 'AWS', provider, version: '1' }) as const;
  const of = (name: string) => `#{SourceVariables.${name}}`;
  const variables = [
    { name: 'MESSAGE', value: of('CommitMessage'), type: 'PLAINTEXT' },
    { name: 'BRANCH', value: of('BranchName'), type: 'PLAINTEXT' },
  ];
  const fetchAction = {
    name: 'Fetch',
    actionTypeId: type('Source', 'CodeStarSourceConnection'),
    // The push is told to the webhook too, and may come there when the pipeline is there: it would start a second run.
    configuration: {
      ConnectionArn: record.arn,
      FullRepositoryId: repository,
      BranchName: branchName,
      DetectChanges: 'false',
    },
    outputArtifacts: [{ name: 'Code' }],
    namespace: 'SourceVariables',
  };
  const build = {
    name: 'Build',
    actionTypeId: type('Build', 'CodeBuild'),
    configuration: {
      ProjectName: 'hostile',
      BuildspecOverride: 'buildspec.yml',
      EnvironmentVariables: JSON.stringify(variables),
    },
    inputArtifacts: [{ name: 'Code' }],
    namespace: 'Built',
  };
  const review = {
    name: 'Review',
    actionTypeId: type('Approval', 'Manual'),
    configuration: {
      CustomData: of('CommitMessage'),
      ExternalEntityLink: `https://example.com/?branch=${of('BranchName')}`,
    },
  };
  const stages = [
    { name: 'Source', actions: [fetchAction] },
    { name: 'Build', actions: [build] },
    { name: 'Approve', actions: [review] },
  ];
  return {
    ...declare(stack, 'hostile', stages),
    roleArn: `arn:aws:iam::${stack.account}:role/hostile-pipeline`,
  };
}

/** A run of the commit through its pipeline, to the approval of a reviewer who is a stranger too. */
async function goThrough(): Promise<void> {
  const { client, stack } = test;
  await client.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'hostile' }),
  );
  run = first?.pipelineExecutionId ?? '';
  const link = await linkFor(stack.endpoint, run);
  mails = (await (await fetch(`${stack.endpoint}/mail/messages.json`)).json()) as readonly Mail[];
  const { page, fields } = await openLink(link);
  const done = await (await decide(link, 'Approved', hostileTexts['a script'] ?? '', fields)).text();
  approvalPages = [page, done, await (await fetch(link)).text()];
  const status = await endOf(client, 'hostile', run);
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName: 'hostile' }),
  );
  const results = actionExecutionDetails.map(({ output }) => output?.executionResult);
  if (status !== 'Succeeded') throw new Error(`The run ended as ${status}: ${JSON.stringify(results)}`);
  outputs = Object.fromEntries(
    actionExecutionDetails.map(({ actionName = '', output }) => [actionName, output?.outputVariables ?? {}]),
  );
}

const decoded = (text = '') => Buffer.from(text, 'base64').toString();

/** The git client of the git function drops carriage returns; all else of a message stays. */
const withoutReturns = (text: string) => text.replaceAll('\r', '');

async function logRecords(): Promise<readonly (readonly [group: string, record: string])[]> {
  const logs = new CloudWatchLogsClient(clients());
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const found: (readonly [string, string])[] = [];
  for (const { logGroupName = '' } of logGroups) {
    for await (const { events: read = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName }))
      found.push(...read.map(({ message: record = '' }) => [logGroupName, record] as const));
  }
  logs.destroy();
  return found;
}

describe('C12 C30 a commit of a stranger', () => {
  it('is kept as it was written: message, branch and names of files', async () => {
    expect(kept).toContain('touch pwned');
    expect(outputs['Fetch']).toMatchObject({ CommitMessage: withoutReturns(kept), BranchName: branch });
    expect(decoded(outputs['Build']?.['FILES64']).trimEnd().split('\n').sort()).toEqual([file, 'buildspec.yml']);
  });

  it('is the value of variables in a build, and sets no other', async () => {
    const { MESSAGE64, BRANCH64, NAMES } = outputs['Build'] ?? {};

    expect(decoded(MESSAGE64)).toBe(withoutReturns(kept));
    expect(decoded(BRANCH64)).toBe(branch);
    expect(NAMES).toBe('0');
  });

  it('is one member of events, in which no reference is replaced', async () => {
    const details = events.map((event) => JSON.parse(event).detail);
    const ofFetch = JSON.parse(events.find(isEndOfFetch) ?? '{}').detail;

    expect(ofFetch['execution-result']['external-execution-summary']).toBe(withoutReturns(kept).split('\n')[0]);
    expect(new Set(details.map(({ pipeline: name }) => name))).toEqual(new Set(['hostile']));
    expect(details.every((detail) => detail['execution-id'] === run)).toBe(true);
  });

  it('stays in the lines of a mail that are for words of others', () => {
    const mail = mails.find(({ text }) => text.includes(run));

    const lines = mail?.text.split('\n') ?? [];
    expect(lines).toContain('    touch pwned');
    expect(
      lines.filter((line) => /pwned|Bcc|all is well|struck|The end/.test(line) && !line.startsWith('    ')),
    ).toEqual([]);
    expect(mail?.subject).toMatch(/^[ -~]{1,100}$/);
    expect(mail?.text).not.toMatch(notShown);
  });

  it('is text of the pages that show it', async () => {
    const show = async (path: string) => (await fetch(new URL(path, test.stack.endpoint))).text();
    const own = await show('/pipelines/hostile');
    const pages = [await show('/pipelines'), own, ...approvalPages];

    for (const page of pages) {
      expect(page).not.toContain(hostileTexts['a script']);
      expect(page).not.toContain(hostileTexts['an attribute']);
      expect(page).not.toMatch(notShown);
      expect(page).not.toMatch(/<[^>]*\s(on\w+|window)[^>]*>/);
    }
    for (const page of [own, ...approvalPages.slice(0, 1)]) {
      expect(page).toContain('&lt;script&gt;window.struck=1&lt;/script&gt;');
      expect(page).toContain('#{codepipeline.PipelineExecutionId}');
    }
    expect(approvalPages[0]).toContain(
      '}%E2%80%AEgnp" rel="noreferrer noopener">https://example.com/?branch=x/$(touch',
    );
    expect(approvalPages[0]).toContain('Ann $(touch pwned) &quot;; touch pwned; &#39;`id` #{SourceVariables.CommitId}');
  });

  it('makes no record of a log of ours', async () => {
    const records = (await logRecords()).filter(([group]) => !group.startsWith('/aws/codebuild/'));

    const parsed = records.flatMap(([, record]) => (record.startsWith('{') ? [JSON.parse(record)] : []));
    expect(parsed.length).toBeGreaterThan(10);
    expect(parsed.filter(({ message: told }) => told === 'all is well')).toEqual([]);
    for (const [, record] of records) expect(record.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  it('is refused as a branch of a definition when a reference is in its name', async () => {
    const creation = test.client.send(
      new CreatePipelineCommand({ pipeline: { ...pipeline('x/#{SourceVariables.CommitId}'), name: 'other' } }),
    );

    await expect(creation).rejects.toMatchObject({
      name: 'InvalidActionDeclarationException',
      message: expect.stringContaining('VariableReferenceText=[#{SourceVariables.CommitId}]'),
    });
  });
});
