import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { decide, openLink } from '../walk/reviewer.ts';
import { operate } from './api.ts';
import { api, create } from './create.ts';
import { deploy } from './deployment.ts';
import { changedSite } from './materials.ts';
import { keysOf, makeRole, personTrust, putZip } from './parts.ts';
import { until } from './passing.ts';
import { sitePipeline } from './pipelines.ts';
import { had } from './probe.ts';
import { endedRun, executionArn, newestRun, openApprovals, type RunSeen, readRun } from './runs.ts';
import { servedPage, serveSite } from './site.ts';
import { timeline } from './timeline.ts';
import type { Walk } from './walk.ts';
import { linkOf } from './watch.ts';
import { sendPush } from './webhook.ts';

const heading = 'Hello, account';

/** Creates the pipeline, tries to start its run a second time, and approves it by the link. */
export async function firstRun(walk: Walk): Promise<void> {
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
export async function mailed(walk: Walk, run: string): Promise<string> {
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

/** Changes the source, updates the stack while the run waits, and approves by a role that may do nothing else. */
export async function secondRun(walk: Walk): Promise<void> {
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

function mustHaveSucceeded({ id, status, actions }: RunSeen): void {
  if (status !== 'Succeeded') throw new Error(`run ${id} ended as ${status}: ${failureIn(actions)}`);
}

function failureIn(actions: RunSeen['actions']): string {
  const failed = actions.find(({ status }) => status === 'Failed');
  const error = failed?.output?.executionResult?.errorDetails;
  return failed === undefined ? 'no action failed' : `${failed.actionName}: ${error?.code} ${error?.message}`;
}
