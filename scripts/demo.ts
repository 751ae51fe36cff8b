import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ActionExecutionDetail,
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { administrator } from '../local/sample/connection.ts';
import { makeConnection, makeSample, sampleName, sampleRepository } from '../local/sample/sample.ts';
import { type Stack, startStack } from '../local/stack.ts';
import { git } from './walk/git.ts';
import { recorderFromEnvironment } from './walk/recorder.ts';
import { decide, linkFor, openLink } from './walk/reviewer.ts';
import { waitFor } from './walk/wait-for.ts';

const root = join(import.meta.dirname, '..');
const began = performance.now();

async function demo(folder: string): Promise<void> {
  const stack = await startStack({ root, dir: join(folder, 'stack'), port: 0, ...recorderFromEnvironment() });
  try {
    await walk(stack, folder);
  } finally {
    await stack.close();
  }
}

async function walk(stack: Stack, folder: string): Promise<void> {
  const client = new CodePipelineClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  await makeConnection(stack);
  await makeSample(stack);
  say(`a stack of its own at ${stack.endpoint}, with the pipeline ${sampleName}`);
  const first = await newestRun(client);
  await approve(stack, first, 'the first version');
  await succeeded(client, first);

  const commit = await push(stack, folder);
  say(`pushed ${commit.slice(0, 7)}: "Greet the demo"`);
  const run = await waitFor('a run of the push', async () => {
    const newest = await newestRun(client);
    return newest === first ? undefined : newest;
  });
  say(`run ${run} started by itself`);
  await approve(stack, run, 'looks good');
  await succeeded(client, run);
  const page = await (await fetch(`${stack.endpoint}/sites/${sampleName}/`)).text();
  if (!page.includes('Hello, demo')) throw new Error('The site does not serve the pushed page.');
  say('the site serves the pushed page');
  console.log(`\n${timeline(await actionsOf(client, run))}`);
}

async function push(stack: Stack, folder: string): Promise<string> {
  await git(folder, 'clone', '--quiet', `${stack.endpoint}/git/${sampleRepository}.git`, 'clone');
  const clone = join(folder, 'clone');
  const file = join(clone, 'site', 'index.html');
  await writeFile(file, (await readFile(file, 'utf8')).replace('<h1>Hello</h1>', '<h1>Hello, demo</h1>'));
  await git(clone, 'commit', '--quiet', '--all', '--message', 'Greet the demo');
  await git(clone, 'push', '--quiet');
  return git(clone, 'rev-parse', 'HEAD');
}

async function approve(stack: Stack, run: string, comment: string): Promise<void> {
  const link = await linkFor(stack.endpoint, run);
  const { fields } = await openLink(link);
  const answer = await decide(link, 'Approved', comment, fields);
  if (!answer.ok) throw new Error(`The approval was answered with ${answer.status}.`);
  say(`approved by the link in the mail: "${comment}"`);
}

async function newestRun(client: CodePipelineClient): Promise<string> {
  const { pipelineExecutionSummaries: [newest] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: sampleName, maxResults: 1 }),
  );
  return newest?.pipelineExecutionId ?? '';
}

async function succeeded(client: CodePipelineClient, run: string): Promise<void> {
  const status = await waitFor(`the end of run ${run}`, async () => {
    const { pipelineExecution } = await client.send(
      new GetPipelineExecutionCommand({ pipelineName: sampleName, pipelineExecutionId: run }),
    );
    return pipelineExecution?.status === 'InProgress' ? undefined : pipelineExecution?.status;
  });
  if (status === 'Succeeded') return say(`run ${run} succeeded`);
  const failed = (await actionsOf(client, run)).find((action) => action.status === 'Failed');
  const error = failed?.output?.executionResult?.errorDetails;
  throw new Error(
    `Run ${run} ended as ${status}: ${failed?.stageName} › ${failed?.actionName}: ${error?.code} ${error?.message}`,
  );
}

async function actionsOf(client: CodePipelineClient, run: string): Promise<readonly ActionExecutionDetail[]> {
  const filter = { pipelineExecutionId: run };
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName: sampleName, filter }),
  );
  return actionExecutionDetails.reverse();
}

/** The run's actions with their durations, and what passed between one's end and the next one's start. */
function timeline(actions: readonly ActionExecutionDetail[]): string {
  const time = (date: Date | undefined) => date?.getTime() ?? 0;
  const rows = actions.map((action, index) => {
    const before = actions[index - 1];
    const gap = before ? `${time(action.startTime) - time(before.lastUpdateTime)} ms` : '';
    return [
      action.stageName ?? '',
      action.actionName ?? '',
      `${time(action.lastUpdateTime) - time(action.startTime)} ms`,
      gap,
    ];
  });
  const table = [['stage', 'action', 'duration', 'overhead before it'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function say(what: string): void {
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${what}`);
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
try {
  await demo(folder);
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
