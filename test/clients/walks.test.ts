import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { declare, startTestStack, type TestStack } from '../end-to-end/stack.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

let test: TestStack;
let file: string;
beforeAll(async () => {
  test = await startTestStack();
  const { endpoint, region } = test.stack;
  const s3 = new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  for (const Bucket of ['walk-from', 'walk-to']) await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: 'walk-from', VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await s3.send(new PutObjectCommand({ Bucket: 'walk-from', Key: 'app.zip', Body: 'not unpacked' }));
  const type = (category: 'Source' | 'Approval' | 'Deploy', provider: string) => ({
    category,
    owner: 'AWS' as const,
    provider,
    version: '1',
  });
  const source = {
    name: 'Fetch',
    actionTypeId: type('Source', 'S3'),
    configuration: { S3Bucket: 'walk-from', S3ObjectKey: 'app.zip' },
    outputArtifacts: [{ name: 'App' }],
  };
  const deploy = {
    name: 'Publish',
    actionTypeId: type('Deploy', 'S3'),
    configuration: { BucketName: 'walk-to', Extract: 'false', ObjectKey: 'app.zip' },
    inputArtifacts: [{ name: 'App' }],
  };
  const pipeline = declare(test.stack, 'by-cli', [
    { name: 'Source', actions: [source] },
    { name: 'Approve', actions: [{ name: 'Review', actionTypeId: type('Approval', 'Manual') }] },
    { name: 'Deploy', actions: [deploy] },
  ]);
  file = join(test.folder, 'pipeline.json');
  await writeFile(file, JSON.stringify({ pipeline }));
});
afterAll(() => test?.close());

/** A program of the virtual environment, or of the machine. */
function program(name: string): string {
  const own = join(root, '.venv', 'bin', name);
  return existsSync(own) ? own : name;
}

const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
};

// biome-ignore lint/suspicious/noExplicitAny: the CLI prints whatever the operation answers.
async function aws(...given: readonly string[]): Promise<any> {
  const { stdout } = await run(
    program('aws'),
    ['codepipeline', ...given, '--endpoint-url', test.stack.endpoint, '--output', 'json'],
    { env },
  );
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

describe('the AWS CLI, unmodified', () => {
  it('creates, shows, starts, approves, lists, updates and deletes', async () => {
    const created = await aws('create-pipeline', '--cli-input-json', `file://${file}`);
    const { pipelineExecutionSummaries } = await aws('list-pipeline-executions', '--pipeline-name', 'by-cli');
    const token = await waitFor(
      'an approval',
      async () =>
        (await aws('get-pipeline-state', '--name', 'by-cli')).stageStates[1].actionStates[0].latestExecution?.token,
    );
    const approved = await aws(
      'put-approval-result',
      '--pipeline-name',
      'by-cli',
      '--stage-name',
      'Approve',
      '--action-name',
      'Review',
      '--token',
      token,
      '--result',
      'summary=fine,status=Approved',
    );
    const id = pipelineExecutionSummaries[0].pipelineExecutionId;
    const status = await waitFor('the end of the run', async () => {
      const { pipelineExecution } = await aws(
        'get-pipeline-execution',
        '--pipeline-name',
        'by-cli',
        '--pipeline-execution-id',
        id,
      );
      return pipelineExecution.status === 'InProgress' ? undefined : pipelineExecution.status;
    });
    const { actionExecutionDetails } = await aws(
      'list-action-executions',
      '--pipeline-name',
      'by-cli',
      '--filter',
      `pipelineExecutionId=${id}`,
    );
    const started = await aws('start-pipeline-execution', '--name', 'by-cli', '--client-request-token', 'once');
    const again = await aws('start-pipeline-execution', '--name', 'by-cli', '--client-request-token', 'once');
    const updated = await aws('update-pipeline', '--cli-input-json', `file://${file}`);
    const { pipelines } = await aws('list-pipelines');
    await aws('delete-pipeline', '--name', 'by-cli');

    expect(created.pipeline).toMatchObject({ name: 'by-cli', version: 1 });
    expect(approved.approvedAt).toBeDefined();
    expect(status).toBe('Succeeded');
    expect(actionExecutionDetails.map(({ actionName }: { actionName: string }) => actionName)).toEqual([
      'Publish',
      'Review',
      'Fetch',
    ]);
    expect(again).toEqual(started);
    expect(updated.pipeline.version).toBe(2);
    expect(pipelines.map(({ name }: { name: string }) => name)).toContain('by-cli');
    await expect(aws('get-pipeline', '--name', 'by-cli')).rejects.toThrow(/PipelineNotFoundException/);
  });
});

describe('boto3, unmodified', () => {
  it('walks the same way', async () => {
    const { stdout } = await run(
      program('python3'),
      [join(import.meta.dirname, 'walks', 'boto3_walk.py'), test.stack.endpoint, file],
      { env },
    );

    expect(stdout.trim()).toBe('walked');
  });
});
