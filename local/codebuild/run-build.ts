import { join } from 'node:path';
import type { Ports } from '../ports.ts';
import type { Build, BuildStatus, PhaseContext } from './build.ts';
import { begin, complete, currentPhase, end, isOver, restart, uuidOf } from './build.ts';
import { BuildLog } from './build-log.ts';
import { runCommandPhases } from './command-phases.ts';
import { Ended } from './failure.ts';
import { prepare } from './prepare.ts';
import { Progress } from './progress.ts';
import { provision } from './provision.ts';
import type { EndReason } from './queue.ts';
import type { Host, Run } from './run.ts';
import { buildsFolder } from './run.ts';
import { Shells } from './shells.ts';
import { logPlace } from './shown.ts';
import { uploadArtifacts } from './upload.ts';
import { removeFolder } from './workspace.ts';

interface Outcome {
  readonly status: Exclude<BuildStatus, 'IN_PROGRESS'> | 'CLOSED';
  readonly contexts: readonly PhaseContext[];
}

/** Takes a build from the queue to its end, whatever happens on the way. Only when the stack closes it stays open, for the next stack to judge. */
export async function runBuild(host: Host, id: string, ending: AbortController, closing: AbortSignal): Promise<void> {
  const { context, records } = host;
  const build = records.change(id, (queued, now) => begin(end(queued, 'SUCCEEDED', [], now), 'PROVISIONING', now));
  if (isOver(build)) return;
  const deadline = currentPhase(build).startTime + build.definition.timeoutInMinutes * 60_000;
  const timer = context.clock.at(deadline, () => ending.abort('TIMED_OUT' satisfies EndReason));
  const run = openRun(host, build, ending.signal);
  ending.signal.addEventListener('abort', () => void run.shells.terminate());
  closing.addEventListener('abort', () => void run.shells.kill());
  const { status, contexts } = await runPhases(run).catch((error: unknown) => outcomeOf(error, run));
  timer.cancel();
  await run.shells.kill();
  if (status === 'CLOSED') return;
  await tidy(run);
  sayLast(run.log, contexts[0]?.message ?? (status === 'STOPPED' ? 'Build was stopped.' : undefined));
  records.change(id, (running, now) => complete(running, status, contexts, now));
}

function openRun(host: Host, build: Build, signal: AbortSignal): Run {
  const { context, ports, records } = host;
  const by = {
    service: 'codebuild.amazonaws.com',
    sourceArn: build.arn,
    role: build.definition.serviceRole,
    session: `AWSCodeBuild-${uuidOf(build.id)}`,
  };
  const write: Ports['log'] = (group, stream, lines) => ports.log(group, stream, lines, by);
  const log = new BuildLog(write, context.clock, logPlace(build));
  const folder = join(buildsFolder(context), uuidOf(build.id));
  const shells = new Shells(records, build.id, {
    clock: context.clock,
    cwd: folder,
    onOutput: (output) => log.output(output),
  });
  return { ...host, build, log, shells, folder, signal, progress: new Progress(records, build.id, log, signal) };
}

async function runPhases(run: Run): Promise<Outcome> {
  const { progress } = run;
  const provisioned = await progress.phase('PROVISIONING', () => provision(run));
  if (provisioned.failure) return { status: 'FAILED', contexts: [] };
  try {
    const succeeded = await attempts(run, provisioned.value);
    await progress.phase('FINALIZING', async () => {
      await run.shells.kill();
      await tidy(run);
    });
    return { status: succeeded ? 'SUCCEEDED' : 'FAILED', contexts: [] };
  } finally {
    provisioned.value.clients.s3.destroy();
    provisioned.value.clients.secretsManager.destroy();
  }
}

/** The build, and again from its source on as long as `on-failure: RETRY` says so. */
async function attempts(run: Run, role: Awaited<ReturnType<typeof provision>>): Promise<boolean> {
  for (let retries = 0; ; retries += 1) {
    const outcome = await attempt(run, role, retries);
    if (outcome !== 'retry') return outcome;
    run.log.say(`Retrying the build (retry ${retries + 1})`);
    await run.shells.renew();
    run.records.change(run.build.id, restart);
  }
}

async function attempt(
  run: Run,
  role: Awaited<ReturnType<typeof provision>>,
  retries: number,
): Promise<boolean | 'retry'> {
  const { build, context, log, progress, records, shells, signal } = run;
  const prepared = await progress.phase('DOWNLOAD_SOURCE', () => prepare(run, role));
  if (prepared.failure) return false;
  const { spec, workspace, commands, exported } = prepared.value;
  const outcome = await runCommandPhases({
    ...{ spec, commands, shells, workspace, progress, log, retries },
    atEnd: async (shell) => {
      progress.throwIfEnded();
      const values = await commands.values(shell, exported);
      const exportedVariables = exported.flatMap((name, index) =>
        values[index] === undefined ? [] : [{ name, value: values[index] }],
      );
      records.change(build.id, (running) => ({ ...running, exportedVariables }));
    },
  });
  if (outcome === 'retry') return 'retry';
  if (!outcome.uploads) return false;
  const uploaded = await progress.phase('UPLOAD_ARTIFACTS', async () => {
    const input = {
      build,
      spec,
      workspace,
      s3: role.clients.s3,
      signal,
      partition: context.partition,
      say: (text: string) => log.say(text),
    };
    const artifacts = await uploadArtifacts({ ...input, expand: (text) => commands.expand(shells.of(), text) });
    records.change(build.id, (running) => ({ ...running, ...artifacts }));
  });
  return outcome.succeeded && !uploaded.failure;
}

function outcomeOf(error: unknown, { log }: Run): Outcome {
  if (!(error instanceof Ended)) {
    const message = log.mask(error instanceof Error ? error.message : String(error));
    return { status: 'FAULT', contexts: [{ statusCode: 'INTERNAL_SERVICE_ERROR', message }] };
  }
  if (error.reason !== 'TIMED_OUT') return { status: error.reason, contexts: [] };
  return { status: 'TIMED_OUT', contexts: [{ statusCode: 'BUILD_TIMED_OUT', message: 'Build has timed out.' }] };
}

function sayLast(log: BuildLog, text: string | undefined): void {
  try {
    if (text) log.say(text);
  } catch {
    // A log that takes no lines may be what ended the build; it must be recorded as over all the same.
  }
}

/** A folder that cannot be removed is no reason to fail a build: the next start of the stack tries again. */
async function tidy({ folder, records, build }: Run): Promise<void> {
  records.forgetProcesses(build.id);
  await removeFolder(folder).catch(() => {});
}
