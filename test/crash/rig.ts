import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { BatchGetBuildsCommand, CodeBuildClient, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { administrator } from '../../local/sample/connection.ts';
import { sampleName, sampleRepository } from '../../local/sample/sample.ts';
import { git } from '../../scripts/walk/git.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';

const root = join(import.meta.dirname, '..', '..');
const program = join(import.meta.dirname, 'stack-program.ts');
const secondsToEnd = 150;

/** A stack in a process of its own, a clone beside it, and clients: all that a run needs, whatever dies. */
export class Rig {
  readonly folder: string;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #lines: Interface | undefined;
  #port = 0;
  #pushes = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get client(): CodePipelineClient {
    return new CodePipelineClient({
      endpoint: this.endpoint,
      region: 'us-east-1',
      credentials: administrator,
      maxAttempts: 1,
    });
  }

  /** Starts the stack, or starts it again over what the last one left. */
  async start(): Promise<void> {
    this.#port ||= await freePort();
    const child = spawn(process.execPath, [program, root, join(this.folder, 'data'), String(this.#port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.#lines = createInterface({ input: child.stdout });
    const [line] = (await Promise.race([once(this.#lines, 'line'), this.#exited])) as [string | number];
    if (typeof line !== 'string' || !line.startsWith('ready')) throw new Error(`The stack did not start: ${line}`);
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(): Promise<void> {
    if (!this.#child || !this.isAlive) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Sends a command to the stack's process; undefined when it died over it. */
  async command(line: string): Promise<string | undefined> {
    if (!this.#child?.stdin || !this.#lines || !this.isAlive) return undefined;
    const answer = once(this.#lines, 'line');
    const exited = this.#exited.then(() => [undefined]);
    this.#child.stdin.write(`${line}\n`);
    const [text] = (await Promise.race([answer, exited])) as [string | undefined];
    return text;
  }

  /** Commits a new page. Pushing may have to be repeated: the commit is the same. */
  async commit(): Promise<{ readonly id: string; readonly text: string }> {
    const clone = join(this.folder, 'clone');
    if (this.#pushes++ === 0)
      await git(this.folder, 'clone', '--quiet', `${this.endpoint}/git/${sampleRepository}.git`, 'clone');
    const file = join(clone, 'site', 'index.html');
    const text = `Page ${this.#pushes}`;
    await writeFile(file, (await readFile(file, 'utf8')).replace(/<h1>.*<\/h1>/, `<h1>${text}</h1>`));
    await git(clone, 'commit', '--quiet', '--all', '--message', text);
    return { id: await git(clone, 'rev-parse', 'HEAD'), text };
  }

  /** Pushes what was committed; false when the stack died over it. */
  async push(): Promise<boolean> {
    return git(join(this.folder, 'clone'), 'push', '--quiet').then(
      () => true,
      () => false,
    );
  }

  /** The runs of a commit: there must never be two. */
  async runsOf(commit: string): Promise<readonly PipelineExecutionSummary[]> {
    const { pipelineExecutionSummaries = [] } = await this.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: sampleName, maxResults: 100 }),
    );
    const found = [];
    for (const run of pipelineExecutionSummaries)
      if (run.sourceRevisions?.some(({ revisionId }) => revisionId === commit)) found.push(run);
    return found;
  }

  /** Approves whatever waits for approval; false when nothing did. */
  async approveOpen(): Promise<boolean> {
    const { stageStates = [] } = await this.client.send(new GetPipelineStateCommand({ name: sampleName }));
    const stage = stageStates.find(({ stageName }) => stageName === 'Approve');
    const token = stage?.actionStates?.[0]?.latestExecution?.token;
    if (token === undefined) return false;
    const result = { status: 'Approved' as const, summary: 'good' };
    await this.client.send(
      new PutApprovalResultCommand({
        pipelineName: sampleName,
        stageName: 'Approve',
        actionName: 'Review',
        token,
        result,
      }),
    );
    return true;
  }

  /** Approves until no run goes on: the first run of a new pipeline would fetch whatever is pushed meanwhile. */
  async settle(): Promise<void> {
    await waitFor('the runs that go on', async () => {
      await this.approveOpen().catch(() => false);
      const { pipelineExecutionSummaries = [] } = await this.client.send(
        new ListPipelineExecutionsCommand({ pipelineName: sampleName }),
      );
      return pipelineExecutionSummaries.some(({ status }) => status === 'InProgress') ? undefined : true;
    });
  }

  /** Brings every run to its end, turning the clock where something waits; answers the run of a commit. */
  async finish(commit: string): Promise<PipelineExecutionSummary> {
    let rounds = 0;
    return waitFor(
      `the end of the run of commit ${commit}`,
      async () => {
        if (!this.isAlive) await this.start();
        await this.approveOpen().catch(() => false);
        // Slowly enough that no time-out of a build or source passes meanwhile.
        if (++rounds % 10 === 0) await this.command('turn 12000');
        const [run] = await this.runsOf(commit).catch(() => []);
        return run && run.status !== 'InProgress' ? run : undefined;
      },
      secondsToEnd,
    );
  }

  /** Builds that were started for an action, by action. */
  async buildsByAction(): Promise<ReadonlyMap<string, readonly string[]>> {
    const client = new CodeBuildClient({ endpoint: this.endpoint, region: 'us-east-1', credentials: administrator });
    const { ids = [] } = await client.send(new ListBuildsForProjectCommand({ projectName: sampleName }));
    const { builds = [] } =
      ids.length === 0 ? {} : await client.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 100) }));
    const byAction = new Map<string, string[]>();
    for (const { environment, buildStatus } of builds) {
      const action = environment?.environmentVariables?.find(({ name }) => name === 'SLUICE_ACTION')?.value ?? '';
      byAction.set(action, [...(byAction.get(action) ?? []), buildStatus ?? '']);
    }
    return byAction;
  }

  async site(): Promise<string> {
    return (await fetch(`${this.endpoint}/sites/${sampleName}/`)).text();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
