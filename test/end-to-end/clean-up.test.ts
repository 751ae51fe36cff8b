import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  RollbackStageCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { objectSourceStage, putObjectSource } from './build-pipeline.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const day = 24 * 60 * 60_000;
const clock = new TurnableClock(0);

let test: TestStack;
let s3: S3Client;
let bucket: string;
beforeAll(async () => {
  test = await startTestStack({ clock, functions: await buildWithNoOp(), parameters: { ArtifactDays: '7' } });
  const { endpoint, region, outputs } = test.stack;
  s3 = new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  bucket = outputs['BucketName'] ?? '';
});
afterAll(() => test?.close());

interface Fetched {
  readonly run: string;
  /** The place of its artifact. */
  readonly key: string;
}

/** Makes a pipeline that fetches an object; answers what its first run fetched. */
async function make(name: string): Promise<Fetched> {
  await putObjectSource(test, name, { 'a.txt': 'a' });
  const stages = [objectSourceStage(name), { name: 'Do', actions: [noOpAction('It')] }];
  const pipeline = { ...declare(test.stack, name, stages), pipelineType: 'V2' as const };
  await test.client.send(new CreatePipelineCommand({ pipeline }));
  return fetched(name);
}

/** What the newest run has fetched when it is over. */
async function fetched(name: string): Promise<Fetched> {
  const { client } = test;
  const { pipelineExecutionSummaries: [latest] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const run = latest?.pipelineExecutionId ?? '';
  expect(await endOf(client, name, run)).toBe('Succeeded');
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName: name, filter: { pipelineExecutionId: run } }),
  );
  const [artifact] = actionExecutionDetails.flatMap(({ output }) => output?.outputArtifacts ?? []);
  return { run, key: artifact?.s3location?.key ?? '' };
}

async function again(name: string): Promise<Fetched> {
  await test.client.send(new StartPipelineExecutionCommand({ name }));
  return fetched(name);
}

async function keys(name: string): Promise<readonly string[]> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${name}/` }));
  return Versions.map(({ Key = '' }) => Key).sort();
}

/** Turns the clock on by days, and waits until the clean-up has had its hour; answers what is left. */
async function later(name: string, days: number, removed: string): Promise<readonly string[]> {
  clock.turn(days * day);
  return waitFor('the clean-up', async () => {
    clock.turn(60 * 60_000);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const found = await keys(name);
    return found.includes(removed) ? undefined : found;
  });
}

describe('artifacts that are old', { timeout: 120_000 }, () => {
  it('are removed, but for those of the last good run, and for what Sluice did not write', async () => {
    const name = 'old';
    const first = await make(name);
    const second = await again(name);
    const others = [`${name}/Code/0123456789ab.zip`, `${name}/notes.txt`];
    for (const Key of others) await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'ours' }));
    expect(await keys(name)).toEqual([first.key, second.key, ...others].sort());

    const left = await later(name, 7, first.key);

    expect(left).toEqual([second.key, ...others].sort());
    await expect(
      test.client.send(
        new RollbackStageCommand({ pipelineName: name, stageName: 'Do', targetPipelineExecutionId: first.run }),
      ),
    ).rejects.toMatchObject({
      name: 'UnableToRollbackStageException',
      message: `Stage 'Do' cannot be rolled back: the artifacts of execution '${first.run}' are too old and were removed.`,
    });
  });

  it('stay while a rollback to their run waits', async () => {
    const pipelineName = 'rolled-back';
    const runs = [await make(pipelineName), await again(pipelineName), await again(pipelineName)] as const;
    const [first, second, third] = runs;
    const stage = { pipelineName, stageName: 'Do' };
    await test.client.send(
      new DisableStageTransitionCommand({ ...stage, transitionType: 'Inbound', reason: 'Freeze' }),
    );
    await test.client.send(new RollbackStageCommand({ ...stage, targetPipelineExecutionId: first.run }));

    const left = await later(pipelineName, 7, second.key);

    expect(left).toEqual([first.key, third.key].sort());
  });
});
