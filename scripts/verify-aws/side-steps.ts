import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteFunctionConcurrencyCommand, InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { operate } from './api.ts';
import { api, create } from './create.ts';
import { deleteStack, deploy, removeAfterwards, removeKept, retained } from './deployment.ts';
import { makeRule } from './parts.ts';
import { until } from './passing.ts';
import { latePipeline, outsidePipeline, widePipeline } from './pipelines.ts';
import { endedRun, executionArn, openApprovals, readRun } from './runs.ts';
import { mailed } from './site-runs.ts';
import type { Walk } from './walk.ts';
import { sendPush } from './webhook.ts';

/** Sends a push that concerns no pipeline, signed by the right key and by another. */
export async function pushes(walk: Walk): Promise<void> {
  const push = { repository: 'sluice-verify/nobody', branch: 'main', commit: 'a'.repeat(40) };
  const signed = await sendPush(walk, push);
  const unsigned = await sendPush(walk, push, 'another key');
  walk.seen.webhook = { signed: signed.status, unsigned: unsigned.status, body: unsigned.body };
}

/** Sends an event that a function cannot read, and one to a function that the rule may not invoke. */
export async function undeliverable(walk: Walk): Promise<void> {
  const { account, stack, prefix, maker } = walk;
  const { lambda } = account;
  // No function reads a text.
  const Payload = Buffer.from(JSON.stringify(prefix));
  await lambda.send(
    new InvokeCommand({ FunctionName: stack.resources['S3Function'], InvocationType: 'Event', Payload }),
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

/** Opens fifty approvals, answers one, and stops the execution. */
export async function wide(walk: Walk): Promise<void> {
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

/** Runs a pipeline by a role that the functions may not assume. */
export async function outside(walk: Walk): Promise<void> {
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

/** Starts a run while Decide has no concurrency. */
export async function throttled(walk: Walk): Promise<void> {
  const { account, names, seen } = walk;
  const restore = await stopFunction(walk, 'DecideFunction');
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

/** Lets an approval of five minutes pass that nobody answers, while the sweeper rests: it would time it out before the machine does. */
export async function late(walk: Walk): Promise<void> {
  const { account, names, seen } = walk;
  const restore = await stopFunction(walk, 'SweepFunction');
  const run = await create(walk, latePipeline(names.late, walk.materials));
  try {
    await account.time.pass(7 * 60);
    await endedRun(walk, names.late, run, 120);
  } finally {
    await restore();
    seen.late = await readRun(walk, names.late, run);
  }
}

/** Takes away the concurrency of a function; answers how it gets it back. */
async function stopFunction({ account, stack, maker }: Walk, name: string): Promise<() => Promise<unknown>> {
  const FunctionName = stack.resources[name];
  const restore = () => account.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  maker.cleanUp.add(`reserved concurrency of ${name}`, restore);
  await account.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  return restore;
}

/** Deploys another stack, deletes it and makes it again. */
export async function secondStack({ account, seen, maker, prefix }: Walk): Promise<void> {
  const name = `${prefix}-2`;
  removeAfterwards(account, name, maker.cleanUp);
  const made = await deploy(account, name);
  seen.secondStack = { made: made.status };
  removeKept(account, `${name} (the first)`, maker.cleanUp, () => made.resources);
  await deleteStack(account, name);
  const left = await retained(account, made);
  seen.secondStack = { made: made.status, left, again: (await deploy(account, name)).status };
}
