import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProxy } from '../../scripts/client/proxy.ts';
import { installClient } from '../../scripts/install-client.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { declare, startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { buildWithNoOp, noOpSourceStage } from '../no-op/build.ts';
import { type End, runToEnd } from './child.ts';
import { pythonProgram, userEnvironment } from './machine.ts';

const review = {
  name: 'Review',
  actionTypeId: { category: 'Approval' as const, owner: 'AWS' as const, provider: 'Manual', version: '1' },
};
const stages = [noOpSourceStage, { name: 'Approve', actions: [review] }];

let test: TestStack;
let proxy: Awaited<ReturnType<typeof openProxy>>;

/** As deployed: without the plain protocol, operations are there by their paths alone. */
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), parameters: { PlainProtocol: 'off' } });
  await installClient(join(test.folder, 'models'));
  proxy = await openProxy({
    port: 0,
    apiUrl: new URL(test.stack.endpoint),
    region: 'us-east-1',
    credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
  });
});
afterAll(async () => {
  await proxy?.close();
  await test?.close();
});

function aws(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<End> {
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' };
  const where = { AWS_DATA_PATH: join(test.folder, 'models'), AWS_DEFAULT_REGION: 'us-east-1' };
  const how = { cwd: test.folder, env: { ...userEnvironment(test.folder), ...keys, ...where, ...env } };
  return runToEnd(pythonProgram('aws'), [...args, '--output', 'json'], how);
}

/** What a command answers. */
async function answer(...args: readonly string[]) {
  const { output, errors, status } = await aws(args);
  expect({ errors, status }).toEqual({ errors: '', status: 0 });
  return output === '' ? undefined : JSON.parse(output);
}

async function declaration(name: string): Promise<string> {
  const file = join(test.folder, `${name}.json`);
  await writeFile(file, JSON.stringify(declare(test.stack, name, stages)));
  return `file://${file}`;
}

/** Walks from the pipeline to its end by one client; `command` begins each call. */
async function walk(name: string, command: readonly string[], named: readonly string[]): Promise<void> {
  const call = (...args: readonly string[]) => answer(...command, ...args);
  const created = await call('create-pipeline', ...named, '--pipeline', await declaration(name));
  expect(created.pipeline).toMatchObject({ name, version: 1 });
  const { pipelineExecutionId: started } = await call('start-pipeline-execution', '--name', name);
  expect(started).toMatch(/^[0-9a-f-]{36}$/);

  const [token, run] = await waitFor('the token of the approval', async () => {
    const { stageStates } = await call('get-pipeline-state', '--name', name);
    const { latestExecution, actionStates } = stageStates[1];
    const token = actionStates[0].latestExecution?.token;
    return token === undefined ? undefined : [token, latestExecution.pipelineExecutionId];
  });
  const place = ['--pipeline-name', name, '--stage-name', 'Approve', '--action-name', 'Review'];
  await call('put-approval-result', ...place, '--token', token, '--result', 'status=Approved,summary=yes');
  await waitFor('the end of the run', async () => {
    const ofRun = ['--pipeline-name', name, '--pipeline-execution-id', run];
    const { pipelineExecution } = await call('get-pipeline-execution', ...ofRun);
    return pipelineExecution.status === 'Succeeded' ? true : undefined;
  });

  const updated = await call('update-pipeline', ...named, '--pipeline', await declaration(name));
  expect(updated.pipeline.version).toBe(2);
  expect((await call('list-pipelines')).pipelines.map((pipeline: { name: string }) => pipeline.name)).toContain(name);

  await call('delete-pipeline', '--name', name);
}

describe('aws sluice, by the installed model', () => {
  it('walks from a pipeline to its approval', async () => {
    await walk('by-model', ['sluice', '--endpoint-url', test.stack.endpoint], ['--pipeline-name', 'by-model']);
  });

  it('has every operation of CodePipeline', async () => {
    const { errors } = await aws(['sluice', 'no-such-operation']);
    for (const operation of ['retry-stage-execution', 'put-webhook', 'poll-for-jobs', 'list-rule-types'])
      expect(errors).toContain(operation);
  });

  it('tells of an error by its code', async () => {
    const { errors } = await aws(['sluice', 'get-pipeline', '--name', 'nobody', '--endpoint-url', test.stack.endpoint]);

    expect(errors).toContain('An error occurred (PipelineNotFoundException) when calling the GetPipeline operation');
  });
});

describe('the unchanged aws codepipeline', () => {
  it('walks by the proxy', async () => {
    await walk('by-proxy', ['codepipeline', '--endpoint-url', `http://127.0.0.1:${proxy.port}`], []);
  });

  it('is refused by the API itself, which has no plain protocol', async () => {
    const { errors, status } = await aws(['codepipeline', 'list-pipelines', '--endpoint-url', test.stack.endpoint]);

    expect(status).not.toBe(0);
    expect(errors).toContain('404');
  });

  it('is refused by the proxy with the keys of somebody else', async () => {
    const list = ['codepipeline', 'list-pipelines', '--endpoint-url', `http://127.0.0.1:${proxy.port}`];

    const other = await aws(list, { AWS_ACCESS_KEY_ID: 'other' });
    const wrong = await aws(list, { AWS_SECRET_ACCESS_KEY: 'wrong' });

    expect(other.errors).toContain('UnrecognizedClientException');
    expect(wrong.errors).toContain('InvalidSignatureException');
  });

  it('hears by the proxy what is wrong', async () => {
    const at = ['--endpoint-url', `http://127.0.0.1:${proxy.port}`];

    const unknown = await aws(['codepipeline', 'get-pipeline', '--name', 'nobody', ...at]);
    const other = await aws(['codebuild', 'list-projects', ...at]);

    expect(unknown.errors).toContain('PipelineNotFoundException');
    expect(other.errors).toContain("no service 'codebuild'");
  });
});
