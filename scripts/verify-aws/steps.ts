import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteFunctionConcurrencyCommand, InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { decide, openLink } from '../walk/reviewer.ts';
import { operate } from './api.ts';
import { beginMarkerBuild, endMarkerBuild } from './builds.ts';
import { runClients } from './clients.ts';
import { deleteStack, deploy, removeAfterwards, removeKept, retained } from './deployment.ts';
import { changedSite } from './materials.ts';
import { keysOf, makeRole, makeRule, personTrust, putZip } from './parts.ts';
import { until } from './passing.ts';
import { latePipeline, outsidePipeline, sitePipeline, widePipeline } from './pipelines.ts';
import { had } from './probe.ts';
import { endedRun, executionArn, newestRun, openApprovals, type RunSeen, readRun } from './runs.ts';
import { servedPage, serveSite } from './site.ts';
import { timeline } from './timeline.ts';
import type { Walk } from './walk.ts';
import { linkOf } from './watch.ts';
import { sendPush } from './webhook.ts';

/** A part of the walk. */
interface Step {
  readonly name: string;
  readonly go: (walk: Walk) => Promise<void>;
  /** Whose evidence it gathers, alone; absent: of all. */
  readonly ids?: readonly string[];
  readonly notLocal?: boolean;
}

const lateIds = ['sfn-timeout-expression', 'sfn-caught-assign'];
const heading = 'Hello, account';

/** The steps, in their order. One that fails leaves the others to be tried. */
export const steps: readonly Step[] = [
  { name: 'creates a pipeline whose approval nobody answers', go: createLate, ids: lateIds },
  { name: 'creates the pipeline: its first run builds, mails a link and is approved by it', go: firstRun },
  { name: 'changes the source: the second run is approved by PutApprovalResult', go: secondRun },
  { name: 'calls the API by the AWS CLI', go: runClients, ids: ['client-credentials'] },
  { name: 'sends pushes to the webhook', go: pushes, ids: ['api-route-precedence', 'api-header-names'] },
  {
    name: 'sends events that cannot be delivered',
    go: undeliverable,
    ids: ['kms-dead-letters', 'kms-function-dead-letters'],
  },
  {
    name: 'opens fifty approvals at once, then stops their execution',
    go: wide,
    ids: ['sfn-map-41', 'sfn-status-change-input'],
  },
  { name: 'runs a pipeline by a role of another path', go: outside, ids: ['iam-pipeline-roles'] },
  {
    name: 'takes away the concurrency of Decide for a while',
    go: throttled,
    ids: ['sfn-retry-count', 'sfn-task-failed'],
    notLocal: true,
  },
  {
    name: 'starts a build that can be started again minutes later',
    go: beginMarkerBuild,
    ids: ['codebuild-idempotency', 'codebuild-source-version', 'codebuild-list-builds'],
  },
  {
    name: 'starts the build again by its token',
    go: endMarkerBuild,
    ids: ['codebuild-idempotency', 'codebuild-source-version'],
  },
  { name: 'waits for the approval that nobody answers, six minutes from its start', go: endLate, ids: lateIds },
  {
    name: 'deploys a second stack, deletes it and deploys it again',
    go: secondStack,
    ids: ['deploy-two-stacks', 'deploy-delete'],
    notLocal: true,
  },
];

const api = ({ stack }: Walk): string => stack.outputs['ApiUrl'] ?? '';

async function create(walk: Walk, pipeline: { readonly name?: string | undefined }): Promise<string> {
  const name = pipeline.name ?? '';
  walk.maker.cleanUp.add(
    `pipeline ${name}`,
    async () => void (await operate(walk.account, api(walk), 'DeletePipeline', { name })),
  );
  await operate(walk.account, api(walk), 'CreatePipeline', { pipeline });
  return until(`the first run of ${name}`, () => newestRun(walk, name), 30);
}

async function createLate(walk: Walk): Promise<void> {
  await create(walk, latePipeline(walk.names.late, walk.materials));
}

async function firstRun(walk: Walk): Promise<void> {
  const { account, names, seen, patience, say } = walk;
  await serveSite(walk);
  const run = await create(walk, sitePipeline(names.site, walk.materials));
  try {
    const link = await mailed(walk, run);
    say('  the link came to the queue beside the mail');
    seen.again = { open: await startAgain(walk, run) };
    const { fields } = await openLink(link);
    const answer = await decide(link, 'Approved', 'by the link', fields);
    if (!answer.ok) throw new Error(`the link answered ${answer.status}`);
    seen.first = await endedRun(walk, names.site, run, patience);
    seen.again = { ...seen.again, ended: await startAgain(walk, run) };
  } finally {
    seen.first = await readRun(walk, names.site, run);
  }
  mustHaveSucceeded(seen.first);
  if (account.endpoint === undefined) say(await servedPage(walk).catch((error) => `  the site: ${error}`));
}

/** Waits for the link of a run's approval, and no longer than the run lasts. */
async function mailed(walk: Walk, run: string): Promise<string> {
  return until(
    `the link of run ${run}`,
    async () => {
      const link = (await walk.watch.all()).map(linkOf(run)).find((found) => found !== undefined);
      if (link !== undefined) return link;
      const { status, actions } = await readRun(walk, walk.names.site, run);
      if (status !== 'InProgress') throw new Error(`the run ended as ${status}: ${failureIn(actions)}`);
      return undefined;
    },
    walk.patience,
  );
}

async function startAgain(walk: Walk, run: string): Promise<string> {
  const { sfn } = walk.account;
  const arn = executionArn(walk, run);
  const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  const stateMachineArn = walk.stack.outputs['StateMachineArn'];
  return sfn.send(new StartExecutionCommand({ stateMachineArn, name: run, input })).then(
    ({ executionArn: answered }) => (answered === arn ? 'the same execution' : `${answered}`),
    (error: Error) => error.name,
  );
}

async function secondRun(walk: Walk): Promise<void> {
  const { account, names, seen, materials, patience, say } = walk;
  mustHaveSucceeded(had(seen.first, 'the first run'));
  const run = await changedRun(walk);
  say(`  run ${run} started`);
  try {
    await mailed(walk, run);
    if (account.endpoint === undefined) await update(walk);
    const path = `PutApprovalResult/${names.site}/Approve/Review`;
    const approver = await makeRole(walk.maker, {
      name: 'approver',
      path: 'sluice-elsewhere',
      trust: personTrust(account),
      statements: [
        {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: `arn:aws:execute-api:${account.region}:${account.account}:*/$default/POST/${encoded(path)}`,
        },
      ],
    });
    const keys = await keysOf(account, approver, 'reviewer');
    seen.reviewerArn = `arn:aws:sts::${account.account}:assumed-role/${approver.split('/').at(-1)}/reviewer`;
    const token = had((await openApprovals(walk, names.site)).get('Review'), 'the token of the approval');
    const input = {
      pipelineName: names.site,
      stageName: 'Approve',
      actionName: 'Review',
      token,
      result: { status: 'Approved', summary: 'by the API' },
    };
    await until(
      'the approver to be allowed',
      () => allowed(operate(account, api(walk), 'PutApprovalResult', input, keys)),
      60,
    );
    seen.second = await endedRun(walk, names.site, run, patience);
  } finally {
    seen.second = await readRun(walk, names.site, run);
  }
  mustHaveSucceeded(seen.second);
  seen.page = await servedPage(walk);
  if (materials.connection === undefined && !seen.page.includes(heading))
    throw new Error('the site does not serve the changed page');
  say('  the site serves the page');
  say(timeline(seen.second.actions));
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** A policy is known everywhere some seconds after it was put. */
async function allowed(asked: Promise<unknown>): Promise<true | undefined> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes(' 403')) return undefined;
    throw error;
  }
}

/** Starts the second run: by a push, or where an S3 source has none by StartPipelineExecution. */
async function changedRun(walk: Walk): Promise<string> {
  const { account, names, seen, materials } = walk;
  const { connection, sourceBucket, sourceKey } = materials;
  if (connection === undefined) {
    await putZip(account, sourceBucket, sourceKey, changedSite(heading));
    const started = await operate<{ pipelineExecutionId: string }>(account, api(walk), 'StartPipelineExecution', {
      name: names.site,
    });
    return started.pipelineExecutionId;
  }
  const commit = await commitOf(walk);
  const { status, body } = await sendPush(walk, {
    repository: connection.repository,
    branch: connection.branch,
    commit,
  });
  if (status !== 202) throw new Error(`the webhook answered ${status}: ${body}`);
  return until(
    'a run of the push',
    async () => {
      const newest = await newestRun(walk, names.site);
      return newest === seen.first?.id ? undefined : newest;
    },
    60,
  );
}

async function commitOf(walk: Walk): Promise<string> {
  const { names, seen } = walk;
  const { pipelineExecution } = await operate<{
    pipelineExecution: { artifactRevisions?: readonly { readonly name: string; readonly revisionId: string }[] };
  }>(walk.account, api(walk), 'GetPipelineExecution', {
    pipelineName: names.site,
    pipelineExecutionId: seen.first?.id,
  });
  const revision = pipelineExecution.artifactRevisions?.find(({ name }) => name === 'Fetch');
  return had(revision?.revisionId, 'the commit of the first run');
}

async function update(walk: Walk): Promise<void> {
  const name = stackName(walk);
  const { status } = await deploy(walk.account, name, {
    ...(walk.options.approvalEmail === undefined ? {} : { ApprovalEmail: walk.options.approvalEmail }),
    PrivateHosts: 'verify.invalid',
  });
  walk.seen.update = status;
  walk.say(`  the stack was updated while the run waited: ${status}`);
}

const stackName = ({ options, prefix }: Walk): string => options.stackName ?? prefix;

async function pushes(walk: Walk): Promise<void> {
  const push = { repository: 'sluice-verify/nobody', branch: 'main', commit: 'a'.repeat(40) };
  const signed = await sendPush(walk, push);
  const unsigned = await sendPush(walk, push, 'another key');
  walk.seen.webhook = { signed: signed.status, unsigned: unsigned.status, body: unsigned.body };
}

async function undeliverable(walk: Walk): Promise<void> {
  const { account, stack, prefix, maker } = walk;
  const { lambda } = account;
  // No function reads a text.
  const Payload = Buffer.from(JSON.stringify(prefix));
  await lambda.send(
    new InvokeCommand({ FunctionName: stack.resources['GitFunction'], InvocationType: 'Event', Payload }),
  );
  const refuser = stack.resources['ExecutionStatusChangeFunction'];
  const queue = stack.resources['DeadLetters']?.split('/').at(-1);
  await makeRule(
    maker,
    'refused',
    { source: [prefix] },
    {
      arn: `arn:aws:lambda:${account.region}:${account.account}:function:${refuser}`,
      deadLetters: `arn:aws:sqs:${account.region}:${account.account}:${queue}`,
    },
  );
  const entry = { Source: prefix, DetailType: 'Refused', Detail: JSON.stringify({ prefix }) };
  if (account.endpoint === undefined) await account.time.pass(10);
  await account.events.send(new PutEventsCommand({ Entries: [entry] }));
}

async function wide(walk: Walk): Promise<void> {
  const { account, names, seen, patience } = walk;
  const run = await create(walk, widePipeline(names.wide, walk.materials));
  const open = () => openApprovals(walk, names.wide);
  await until('forty open approvals', async () => ((await open()).size >= 40 ? true : undefined), patience);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = await open();
  const [action = '', token] = [...before][0] ?? [];
  const input = { pipelineName: names.wide, stageName: 'Approve', actionName: action, token };
  await operate(account, api(walk), 'PutApprovalResult', { ...input, result: { status: 'Approved', summary: '' } });
  const others = async () => [...(await open()).keys()].filter((name) => !before.has(name)).length;
  const after = await until('the next approval', async () => (await others()) || undefined, 60).catch(() => 0);
  seen.wide = { before: before.size, after };
  await account.sfn.send(
    new StopExecutionCommand({ executionArn: executionArn(walk, run), error: 'Verify', cause: 'stopped by hand' }),
  );
  seen.stopped = await endedRun(walk, names.wide, run, 180);
}

async function outside(walk: Walk): Promise<void> {
  const { names, seen } = walk;
  const run = await create(walk, outsidePipeline(names.outside, walk.materials));
  try {
    await until(
      'the source of another role',
      async () =>
        (await readRun(walk, names.outside, run)).actions.some(({ status }) => status !== 'InProgress')
          ? true
          : undefined,
      300,
    );
  } finally {
    seen.outside = await readRun(walk, names.outside, run);
  }
}

async function throttled(walk: Walk): Promise<void> {
  const { account, stack, names, seen, maker } = walk;
  const FunctionName = stack.resources['DecideFunction'];
  const restore = () => account.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  maker.cleanUp.add('reserved concurrency of Decide', restore);
  await account.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  const { pipelineExecutionId: run } = await operate<{ pipelineExecutionId: string }>(
    account,
    api(walk),
    'StartPipelineExecution',
    { name: names.site },
  );
  await account.time.pass(15);
  await restore();
  try {
    await mailed(walk, run);
  } finally {
    seen.throttled = await readRun(walk, names.site, run);
  }
}

async function endLate(walk: Walk): Promise<void> {
  const { account, names, seen, began } = walk;
  const left = began + 7 * 60_000 - account.time.now();
  if (left > 0) await account.time.pass(left / 1000);
  const run = had(await newestRun(walk, names.late), 'the run of the late approval');
  try {
    await endedRun(walk, names.late, run, 120);
  } finally {
    seen.late = await readRun(walk, names.late, run);
  }
}

async function secondStack({ account, seen, maker, prefix }: Walk): Promise<void> {
  const name = `${prefix}-2`;
  removeAfterwards(account, name, maker.cleanUp);
  const made = await deploy(account, name);
  seen.secondStack = { made: made.status };
  removeKept(account, `${name} (the first)`, maker.cleanUp, () => made.resources);
  await deleteStack(account, name);
  const left = await retained(account, made);
  seen.secondStack = { made: made.status, left, again: (await deploy(account, name)).status };
}

function mustHaveSucceeded({ id, status, actions }: RunSeen): void {
  if (status !== 'Succeeded') throw new Error(`run ${id} ended as ${status}: ${failureIn(actions)}`);
}

function failureIn(actions: RunSeen['actions']): string {
  const failed = actions.find(({ status }) => status === 'Failed');
  const error = failed?.output?.executionResult?.errorDetails;
  return failed === undefined ? 'no action failed' : `${failed.actionName}: ${error?.code} ${error?.message}`;
}
