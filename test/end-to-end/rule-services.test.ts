import { buffer } from 'node:stream/consumers';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ZipFile } from 'yazl';
import { administrator } from '../../local/sample/connection.ts';
import { policy } from '../../local/sample/roles.ts';
import { startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
let lambda: LambdaClient;
let cloudwatch: CloudWatchClient;
let access: { roleArn: string; region: string; credentials: () => Promise<never> };
beforeAll(async () => {
  test = await startTestStack();
  const { endpoint, region } = test.stack;
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  lambda = new LambdaClient({ endpoint, region, credentials: administrator });
  cloudwatch = new CloudWatchClient({ endpoint, region, credentials: administrator });
  access = { roleArn: 'r', region, credentials: async () => administrator as never };
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await test?.close();
});

const role = (name: string) => {
  const principal = { Service: 'lambda.amazonaws.com' };
  const trust = policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });
  return test.stack.putRole({ name, trust, policies: {} });
};

async function create(FunctionName: string, source: string) {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(source), 'index.mjs');
  zip.end();
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role(`${FunctionName}-role`),
      Code: { ZipFile: await buffer(zip.outputStream) },
    }),
  );
}

describe('a function of a user’s own', () => {
  it('is made of a zip, invoked with a job, and deleted', async () => {
    await create(
      'judge',
      "import { CodePipelineClient } from '@aws-sdk/client-codepipeline'; export const handler = async (event) => typeof CodePipelineClient + event['CodePipeline.job'].id;",
    );
    const invoke = () =>
      lambda.send(new InvokeCommand({ FunctionName: 'judge', Payload: '{"CodePipeline.job":{"id":"1"}}' }));

    const { Payload } = await invoke();
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'judge' }));

    expect(Buffer.from(Payload ?? []).toString()).toBe('"function1"');
    await expect(invoke()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('that throws is told of with its error', async () => {
    const { invokeAs } = await import('../../functions/aws/user-functions.ts');
    await create('thrower', "export const handler = async () => { throw new TypeError('no such table'); };");

    const invocation = await invokeAs(access, 'thrower', {}, 10_000);

    expect(invocation).toEqual({ status: 'Ended', error: 'TypeError: no such table' });
  });

  it('that goes on is not waited for', async () => {
    const { invokeAs } = await import('../../functions/aws/user-functions.ts');
    await create('sleeper', 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 2000));');

    expect(await invokeAs(access, 'sleeper', {}, 50)).toEqual({ status: 'GoesOn' });
  });

  it('cannot be made twice, nor a function of the template deleted', async () => {
    await create('once', 'export const handler = async () => 1;');

    await expect(create('once', 'export const handler = async () => 2;')).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const FunctionName = Functions.find(({ FunctionName: name }) => name?.includes('SweepFunction'))?.FunctionName;
    await expect(lambda.send(new DeleteFunctionCommand({ FunctionName }))).rejects.toThrow(
      'is a function of the template',
    );
  });
});

describe('an alarm', () => {
  it('is in the state that was set', async () => {
    const { alarmState } = await import('../../functions/aws/alarms.ts');
    const metric = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1 } as const;
    await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'errors', ...metric }));
    const before = await alarmState(access, 'errors');

    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' }),
    );

    expect([before, await alarmState(access, 'errors'), await alarmState(access, 'none')]).toEqual([
      'INSUFFICIENT_DATA',
      'ALARM',
      undefined,
    ]);
  });
});
