import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline';
import { administrator } from '../../local/sample/connection.ts';
import { artifactAccess, pipelineTrust, policy } from '../../local/sample/roles.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts';
import { recorderFromEnvironment } from '../../scripts/walk/recorder.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';

const root = join(import.meta.dirname, '..', '..');

/** A stack of a test's own, in a folder that goes with it. */
export interface TestStack {
  readonly stack: Stack;
  readonly client: CodePipelineClient;
  readonly folder: string;
  close(): Promise<void>;
}

export async function startTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const stack = await startStack({
    root,
    dir: join(folder, 'data'),
    port: 0,
    compiled: join(tmpdir(), 'compiled'),
    ...recorderFromEnvironment(),
    ...options,
  });
  makePipelinesRole(stack);
  const client = new CodePipelineClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  return {
    stack,
    client,
    folder,
    async close() {
      client.destroy();
      await stack.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The role that `declare` names: for any pipeline, its artifacts, and buckets and a topic of the pipelines' own. */
function makePipelinesRole(stack: Stack): void {
  const buckets = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::*-site/*' };
  const source = {
    Effect: 'Allow',
    Action: ['s3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectVersion'],
    Resource: ['arn:aws:s3:::*-source', 'arn:aws:s3:::*-source/*'],
  };
  const topics = { Effect: 'Allow', Action: 'sns:Publish', Resource: 'arn:aws:sns:*:*:reviewers' };
  const policies = { run: policy(...artifactAccess(stack), buckets, source, topics) };
  stack.putRole({ name: 'pipelines', trust: pipelineTrust(stack, '*'), policies });
}

/** A declaration of these stages, with what every pipeline needs. */
export function declare(stack: Stack, name: string, stages: PipelineDeclaration['stages']): PipelineDeclaration {
  const location = stack.outputs['BucketName'] ?? '';
  return {
    name,
    roleArn: `arn:aws:iam::${stack.account}:role/pipelines`,
    artifactStore: { type: 'S3', location },
    stages,
  };
}

/** Waits for the end of a run; answers its status. */
export function endOf(
  client: CodePipelineClient,
  pipelineName: string,
  pipelineExecutionId: string,
  seconds = 60,
): Promise<string> {
  return waitFor(
    `the end of run ${pipelineExecutionId} of ${pipelineName}`,
    async () => {
      const { pipelineExecution } = await client.send(
        new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
      );
      const { status = 'InProgress' } = pipelineExecution ?? {};
      return status === 'InProgress' || status === 'Stopping' ? undefined : status;
    },
    seconds,
  );
}
