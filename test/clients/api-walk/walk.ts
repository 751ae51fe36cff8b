import { createHmac } from 'node:crypto';
import { zipped } from '../../actions/zips.ts';
import { objectSourceStage, putObjectSource } from '../../end-to-end/build-pipeline.ts';
import { declare, type TestStack } from '../../end-to-end/stack.ts';
import { contentOf, objectOf, placeOf } from './artifacts.ts';
import type { Seen, WalkClient } from './client.ts';
import { type Steps, stepsOf } from './steps.ts';

const secret = 'the secret of a walk';

/** Where a walk takes place. Names of what it makes end in the client's id. */
interface Ground {
  readonly test: TestStack;
  readonly name: string;
  readonly type: { readonly category: 'Build'; readonly owner: 'Custom'; readonly provider: string; version: '1' };
}

/**
 * The walk, by whichever client. It makes a custom action type, a pipeline and its webhook. Three runs follow: the one of the creation
 * finds no source, the one of a request to the webhook fails at the hands of a worker, the one that the client starts is built by a worker
 * and approved. The client looks back on them, and deletes all.
 * Answers what it saw at each step; what ended the walk early, if anything did, is the step `stopped`.
 */
export async function walk(test: TestStack, client: WalkClient, id: string): Promise<Readonly<Record<string, Seen>>> {
  const type = { category: 'Build', owner: 'Custom', provider: `Works-${id}`, version: '1' } as const;
  const ground = { test, name: `walk-${id}`, type };
  const steps = stepsOf(client);
  try {
    await make(ground, steps);
    const url = await listen(ground, steps);
    await failRun(ground, steps);
    const run = await buildRun(ground, steps);
    await approve(ground, steps, run);
    await lookBack(ground, steps, run);
    await remove(ground, steps, url);
  } catch (error) {
    const { name, message } = error as Error;
    return { ...steps.seen, stopped: { error: { type: name, message } } };
  }
  return steps.seen;
}

async function make({ test, name, type }: Ground, steps: Steps): Promise<void> {
  const { owner: _, ...custom } = type;
  await steps.take('CreateCustomActionType', {
    ...custom,
    settings: {
      entityUrlTemplate: 'https://ci.example.com/{Config:Project}',
      revisionUrlTemplate: 'https://ci.example.com/{Config:Project}/configure',
      executionUrlTemplate: 'https://ci.example.com/{Config:Project}/{ExternalExecutionId}',
    },
    configurationProperties: [
      { name: 'Project', required: true, key: true, secret: false, queryable: true, type: 'String' },
      { name: 'Password', required: false, key: false, secret: true },
    ],
    inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    tags: [{ key: 'team', value: 'web' }],
  });
  const build = {
    name: 'Make',
    actionTypeId: type,
    configuration: { Project: name, Password: 'hunter2' },
    inputArtifacts: [{ name: 'Code' }],
    outputArtifacts: [{ name: 'Package' }],
    namespace: 'Made',
  };
  const review = {
    name: 'Review',
    actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const,
    configuration: { CustomData: 'Number #{Made.Number}: “well”?' },
  };
  const stages = [objectSourceStage(name), { name: 'Build', actions: [build] }, { name: 'Approve', actions: [review] }];
  await steps.take('CreatePipeline', {
    pipeline: declare(test.stack, name, stages),
    tags: [{ key: 'team', value: 'web' }],
  });
  await steps.until(
    'ListPipelineExecutions, when there is no source',
    { pipelineName: name },
    ({ pipelineExecutionSummaries: [run] }) => run?.status === 'Failed',
  );
  await putObjectSource(test, name, { 'index.html': '<h1>Made</h1>' });
  await steps.take('GetPipeline', { name });
}

/** Puts the webhook, and has a run started by it; answers its URL. */
async function listen({ name }: Ground, steps: Steps): Promise<string> {
  const { webhook } = await steps.take('PutWebhook', {
    webhook: {
      name,
      targetPipeline: name,
      targetAction: 'Fetch',
      filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }],
      authentication: 'GITHUB_HMAC',
      authenticationConfiguration: { SecretToken: secret },
    },
  });
  const forged = await post(webhook.url, 'a guess');
  const signed = await post(webhook.url, secret);
  steps.note('the requests to the webhook', { forged, signed });
  const { webhooks } = await steps.take('ListWebhooks', {});
  steps.note('ListWebhooks', { webhooks: webhooks.filter((each: { url: string }) => each.url === webhook.url) });
  return webhook.url;
}

/** Posts a push as a git host does, with the signature of this key; answers the status. */
async function post(url: string, key: string): Promise<number> {
  const body = JSON.stringify({ ref: 'refs/heads/main' });
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** A worker takes the run of the webhook, and fails it. */
async function failRun(ground: Ground, steps: Steps): Promise<void> {
  const { id: jobId, nonce, data } = await offeredJob(ground, steps, 'to the first worker');
  await steps.refused('AcknowledgeJob, with a nonce that is not its own', { jobId, nonce: 'guessed' });
  await steps.take('AcknowledgeJob, by the first worker', { jobId, nonce });
  await steps.take('PutJobFailureResult', {
    jobId,
    failureDetails: { type: 'JobFailed', message: 'Does not compile – “sorry”', externalExecutionId: '1' },
  });
  await ended(ground, steps, 'that the webhook started', data.pipelineContext.pipelineExecutionId);
}

/** A worker builds a run that the client starts: reads the source and writes the package in S3, with the keys of its job. Answers the run. */
async function buildRun(ground: Ground, steps: Steps): Promise<string> {
  const { pipelineExecutionId } = await steps.take('StartPipelineExecution', {
    name: ground.name,
    clientRequestToken: 'of-mine',
  });
  await steps.until('GetPipelineState, at the custom action', { name: ground.name }, ({ stageStates: [, stage] }) => {
    const [action] = stage.actionStates;
    return (
      stage.latestExecution?.pipelineExecutionId === pipelineExecutionId &&
      action.latestExecution?.status === 'InProgress'
    );
  });
  const { id: jobId, nonce } = await offeredJob(ground, steps, 'to the second worker');
  await steps.take('AcknowledgeJob, by the second worker', { jobId, nonce });
  const { jobDetails } = await steps.take('GetJobDetails', { jobId });
  const { artifactCredentials, inputArtifacts, outputArtifacts } = jobDetails.data;
  const { bytes } = await steps.store('GetObject', placeOf(inputArtifacts[0]), artifactCredentials);
  const source = await contentOf(Buffer.from(bytes, 'base64'));
  steps.note('GetObject', source);
  const made = (await zipped({ 'package.txt': `Made of ${source['index.html']}` })).toString('base64');
  await steps.store('PutObject', { ...placeOf(outputArtifacts[0]), bytes: made }, artifactCredentials);
  await steps.take('PutJobSuccessResult', {
    jobId,
    executionDetails: { externalExecutionId: '2', summary: 'Grüße 🚀', percentComplete: 100 },
    outputVariables: { Number: '2' },
  });
  return pipelineExecutionId;
}

async function offeredJob({ name, type }: Ground, steps: Steps, whom: string) {
  const asked = { actionTypeId: type, maxBatchSize: 1, queryParam: { Project: name } };
  const { jobs } = await steps.until(`PollForJobs, ${whom}`, asked, (output) => output.jobs?.length === 1);
  return jobs[0];
}

async function approve(ground: Ground, steps: Steps, run: string): Promise<void> {
  const { stageStates } = await steps.until(
    'GetPipelineState, at the approval',
    { name: ground.name },
    ({ stageStates: [, , stage] }) => stage.actionStates[0].latestExecution?.token,
  );
  const { token } = stageStates[2].actionStates[0].latestExecution;
  const review = { pipelineName: ground.name, stageName: 'Approve', actionName: 'Review' };
  const result = { status: 'Approved', summary: 'Well done' };
  const guessed = '00000000-0000-4000-8000-000000000000';
  await steps.refused('PutApprovalResult, with a token that is not its own', { ...review, result, token: guessed });
  await steps.take('PutApprovalResult', { ...review, result, token });
  await ended(ground, steps, 'that was approved', run);
}

async function ended({ name }: Ground, steps: Steps, which: string, run: string): Promise<void> {
  await steps.until(
    `GetPipelineExecution, ${which}`,
    { pipelineName: name, pipelineExecutionId: run },
    ({ pipelineExecution }) => pipelineExecution.status !== 'InProgress',
  );
}

async function lookBack({ test, name }: Ground, steps: Steps, run: string): Promise<void> {
  const { region, account } = test.stack;
  const resourceArn = `arn:aws:codepipeline:${region}:${account}:${name}`;
  await steps.take('ListPipelineExecutions, at the end', { pipelineName: name });
  const { actionExecutionDetails } = await steps.take('ListActionExecutions', {
    pipelineName: name,
    filter: { pipelineExecutionId: run },
  });
  const [, build] = actionExecutionDetails;
  steps.note('the package in S3', await contentOf(await objectOf(test, build.output.outputArtifacts[0].s3location)));
  await steps.take('TagResource', { resourceArn, tags: [{ key: 'stage', value: 'trial' }] });
  await steps.take('ListTagsForResource', { resourceArn });
}

async function remove({ name, type }: Ground, steps: Steps, url: string): Promise<void> {
  const { owner: _, ...custom } = type;
  await steps.take('DeleteWebhook', { name });
  steps.note('a request to the deleted webhook', { signed: await post(url, secret) });
  await steps.take('DeletePipeline', { name });
  await steps.refused('GetPipeline, of the deleted name', { name });
  await steps.take('DeleteCustomActionType', custom);
  await steps.refused('PollForJobs, of the deleted type', { actionTypeId: type });
}
