import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { type End, runToEnd } from './child.ts';
import { pythonProgram, userEnvironment } from './machine.ts';
import { s3Pipeline } from './s3-pipeline.ts';

const SECONDS = 120;
const name = 'by-cli';

let test: TestStack;
let cli: string;
let file: string;
let declaration: ReturnType<typeof s3Pipeline>;

beforeAll(async () => {
  cli = pythonProgram('aws');
  test = await startTestStack();
  declaration = s3Pipeline(test.stack, name);
  file = join(test.folder, 'pipeline.json');
  await writeFile(file, JSON.stringify({ pipeline: declaration }));
  await aws('s3', 'mb', `s3://${name}-source`);
  await aws('s3', 'mb', `s3://${name}-site`);
  await aws(
    's3api',
    'put-bucket-versioning',
    '--bucket',
    `${name}-source`,
    '--versioning-configuration',
    'Status=Enabled',
  );
  const archive = join(test.folder, 'site.zip');
  await writeFile(join(test.folder, 'index.html'), '<h1>By the CLI</h1>');
  await runToEnd(pythonProgram('python3'), ['-m', 'zipfile', '-c', archive, 'index.html'], {
    cwd: test.folder,
    env: userEnvironment(test.folder),
  });
  await aws('s3', 'cp', archive, `s3://${name}-source/site.zip`);
});

afterAll(() => test?.close());

/** Runs the unmodified CLI as its user does; of the environment it has the keys alone. */
function tried(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<End> {
  const given = [...args, '--region', 'us-east-1', '--endpoint-url', test.stack.endpoint, '--output', 'json'];
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' };
  return runToEnd(cli, given, { cwd: test.folder, env: { ...userEnvironment(test.folder), ...keys, ...env } });
}

/** What a command prints; its errors are a failure. */
async function aws(...args: readonly string[]): Promise<string> {
  const { status, output, errors } = await tried(args);
  expect(errors).toBe('');
  expect(status).toBe(0);
  return output;
}

// biome-ignore lint/suspicious/noExplicitAny: the CLI prints whatever the operation answers.
async function codepipeline(...args: readonly string[]): Promise<any> {
  const output = await aws('codepipeline', ...args);
  return output === '' ? undefined : JSON.parse(output);
}

/** The code and the sentence with which the CLI tells of an error. */
async function refusal(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  const { status, errors } = await tried(['codepipeline', ...args], env);
  expect([252, 254, 255]).toContain(status);
  return errors.trim();
}

async function endOfRun(run: string): Promise<string> {
  return waitFor(
    `the end of run ${run}`,
    async () => {
      const { pipelineExecution } = await codepipeline('get-pipeline-execution', ...ofRun(run));
      return pipelineExecution.status === 'InProgress' ? undefined : pipelineExecution.status;
    },
    SECONDS,
  );
}

const ofRun = (run: string) => ['--pipeline-name', name, '--pipeline-execution-id', run];
const ofReview = ['--pipeline-name', name, '--stage-name', 'Approve', '--action-name', 'Review'];

async function openToken(run: string): Promise<string> {
  return waitFor(
    'the token of the approval',
    async () => {
      const { stageStates } = await codepipeline('get-pipeline-state', '--name', name);
      const { latestExecution, actionStates } = stageStates[1];
      return latestExecution?.pipelineExecutionId === run ? actionStates[0].latestExecution?.token : undefined;
    },
    SECONDS,
  );
}

async function newestRun(): Promise<string> {
  const { pipelineExecutionSummaries } = await codepipeline('list-pipeline-executions', '--pipeline-name', name);
  return pipelineExecutionSummaries[0].pipelineExecutionId;
}

/** These follow one another as a user's steps do. */
describe('the AWS CLI, unmodified', () => {
  it('creates a pipeline from a file', async () => {
    const { pipeline } = await codepipeline('create-pipeline', '--cli-input-json', `file://${file}`);

    expect(pipeline).toMatchObject({ name, version: 1, roleArn: declaration.roleArn });
    expect(pipeline.stages[1].actions[0].configuration).toEqual({ CustomData: 'Look at it – “well”' });
    expect(pipeline.stages[0].actions[0].runOrder).toBe(1);
  });

  it('rejects the first run, which the creation has started', async () => {
    const run = await newestRun();
    const token = await openToken(run);

    await codepipeline('put-approval-result', ...ofReview, '--token', token, '--result', 'status=Rejected,summary=No');
    const status = await endOfRun(run);
    const { actionExecutionDetails } = await codepipeline('list-action-executions', '--pipeline-name', name);

    expect(status).toBe('Failed');
    expect(actionExecutionDetails[0]).toMatchObject({ actionName: 'Review', status: 'Failed' });
  });

  it('gets a pipeline, and puts back what it got', async () => {
    const { pipeline, metadata } = await codepipeline('get-pipeline', '--name', name);
    const edited = join(test.folder, 'edited.json');
    await writeFile(edited, JSON.stringify(pipeline));
    const updated = await codepipeline('update-pipeline', '--pipeline', `file://${edited}`);
    const first = await codepipeline('get-pipeline', '--name', name, '--pipeline-version', '1');

    expect(metadata.pipelineArn).toBe(`arn:aws:codepipeline:us-east-1:000000000000:${name}`);
    expect(metadata.created * 1000).toBeCloseTo(Date.now(), -6.5);
    expect(updated.pipeline).toEqual({ ...pipeline, version: 2 });
    expect(first.pipeline).toEqual(pipeline);
  });

  it('lists pipelines, page by page', async () => {
    for (const other of ['other-one', 'other-two']) {
      const given = join(test.folder, `${other}.json`);
      await writeFile(given, JSON.stringify({ pipeline: { ...declaration, name: other } }));
      await codepipeline('create-pipeline', '--cli-input-json', `file://${given}`);
    }

    const all = await codepipeline('list-pipelines', '--page-size', '1');
    const some = await codepipeline('list-pipelines', '--page-size', '1', '--max-items', '2');
    const rest = await codepipeline('list-pipelines', '--page-size', '1', '--starting-token', some.NextToken);
    const names = await aws('codepipeline', 'list-pipelines', '--query', 'pipelines[].name');

    expect(JSON.parse(names)).toEqual([name, 'other-one', 'other-two']);
    expect(all.pipelines).toHaveLength(3);
    expect(all.pipelines[0]).toMatchObject({ name, version: 2, pipelineType: 'V1', executionMode: 'SUPERSEDED' });
    expect([...some.pipelines, ...rest.pipelines]).toEqual(all.pipelines);
  });

  it('starts one run for one client request token', async () => {
    const once = ['start-pipeline-execution', '--name', name, '--client-request-token', 'a-token-of-mine'];

    const first = await codepipeline(...once);
    const again = await codepipeline(...once);
    const { pipelineExecutionSummaries } = await codepipeline('list-pipeline-executions', '--pipeline-name', name);

    expect(again).toEqual(first);
    expect(pipelineExecutionSummaries).toHaveLength(2);
    expect(pipelineExecutionSummaries[0]).toMatchObject({
      pipelineExecutionId: first.pipelineExecutionId,
      trigger: { triggerType: 'StartPipelineExecution' },
    });
  });

  it('approves with the token of the state, once', async () => {
    const run = await newestRun();
    const token = await openToken(run);
    const result = ['--result', 'status=Approved,summary=Well done'];

    const { approvedAt } = await codepipeline('put-approval-result', ...ofReview, '--token', token, ...result);
    const again = await refusal(['put-approval-result', ...ofReview, '--token', token, ...result]);
    const status = await endOfRun(run);

    expect(approvedAt * 1000).toBeCloseTo(Date.now(), -6.5);
    expect(again).toContain('(ApprovalAlreadyCompletedException) when calling the PutApprovalResult operation');
    expect(status).toBe('Succeeded');
    expect(await aws('s3', 'cp', `s3://${name}-site/index.html`, '-')).toBe('<h1>By the CLI</h1>');
  });

  it('shows the run and its actions, page by page', async () => {
    const run = await newestRun();
    const filter = ['--pipeline-name', name, '--filter', `pipelineExecutionId=${run}`];

    const { pipelineExecution } = await codepipeline('get-pipeline-execution', ...ofRun(run));
    const { actionExecutionDetails } = await codepipeline('list-action-executions', ...filter, '--page-size', '1');
    const runs = await codepipeline('list-pipeline-executions', '--pipeline-name', name, '--page-size', '1');
    const failed = await aws(
      'codepipeline',
      'list-pipeline-executions',
      '--pipeline-name',
      name,
      '--query',
      'pipelineExecutionSummaries[?status==`Failed`] | length(@)',
    );

    expect(pipelineExecution).toMatchObject({ pipelineName: name, pipelineVersion: 2, status: 'Succeeded' });
    expect(pipelineExecution.artifactRevisions[0].name).toBe('Site');
    expect(actionExecutionDetails).toMatchObject([
      { actionName: 'Publish', status: 'Succeeded' },
      {
        actionName: 'Review',
        status: 'Succeeded',
        output: { executionResult: { externalExecutionSummary: 'Well done' } },
      },
      { actionName: 'Fetch', status: 'Succeeded' },
    ]);
    expect(runs.pipelineExecutionSummaries).toHaveLength(2);
    expect(failed.trim()).toBe('1');
  });

  it('deletes a pipeline, and once more', async () => {
    await codepipeline('delete-pipeline', '--name', name);
    await codepipeline('delete-pipeline', '--name', name);

    expect(await refusal(['get-pipeline', '--name', name])).toMatch(/PipelineNotFoundException.*by-cli/);
    expect((await codepipeline('list-pipelines')).pipelines).toHaveLength(2);
  });
});

describe('what the AWS CLI is told when it cannot be', () => {
  it.each([
    [['get-pipeline', '--name', 'never-was'], 'PipelineNotFoundException'],
    [['get-pipeline-state', '--name', 'never-was'], 'PipelineNotFoundException'],
    [['start-pipeline-execution', '--name', 'never-was'], 'PipelineNotFoundException'],
    [['list-pipeline-executions', '--pipeline-name', 'never-was'], 'PipelineNotFoundException'],
    [['list-action-executions', '--pipeline-name', 'never-was'], 'PipelineNotFoundException'],
    [['get-pipeline', '--name', 'other-one', '--pipeline-version', '9'], 'PipelineVersionNotFoundException'],
    [['get-pipeline', '--name', 'no name!'], 'ValidationException'],
    [
      [
        'get-pipeline-execution',
        '--pipeline-name',
        'other-one',
        '--pipeline-execution-id',
        '00000000-0000-7000-8000-000000000000',
      ],
      'PipelineExecutionNotFoundException',
    ],
    [['list-pipelines', '--next-token', 'no-token-of-ours'], 'InvalidNextTokenException'],
  ])('%j: %s', async (args, code) => {
    expect(await refusal(args)).toMatch(
      new RegExp(`^An error occurred \\(${code}\\) when calling the \\w+ operation: \\S`),
    );
  });

  it('a name that its own validation would stop is stopped by the server too', async () => {
    const config = join(test.folder, 'lenient');
    await writeFile(config, '[default]\nparameter_validation = false\n');
    const empty = ['get-pipeline', '--name', ''];

    const byClient = await refusal(empty);
    const byServer = await refusal(empty, { AWS_CONFIG_FILE: config });

    expect(byClient).toContain('Parameter validation failed');
    expect(byServer).toContain('(ValidationException) when calling the GetPipeline operation: 2 validation errors');
  });

  it('unknown keys and a wrong secret are refused', async () => {
    expect(await refusal(['list-pipelines'], { AWS_ACCESS_KEY_ID: 'somebody' })).toMatch(
      /\((UnrecognizedClientException|InvalidClientTokenId)\)/,
    );
    expect(await refusal(['list-pipelines'], { AWS_SECRET_ACCESS_KEY: 'guessed' })).toMatch(
      /\((InvalidSignatureException|SignatureDoesNotMatch)\)/,
    );
  });
});
