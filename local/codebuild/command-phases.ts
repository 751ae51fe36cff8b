import type { PhaseContext, PhaseType } from './build.ts';
import type { BuildLog } from './build-log.ts';
import type { Buildspec, CommandPhase, PhaseSpec } from './buildspec.ts';
import { COMMAND_PHASES } from './buildspec.ts';
import type { Commands } from './commands.ts';
import { PhaseFailure } from './failure.ts';
import { afterFailure } from './on-failure.ts';
import type { Progress } from './progress.ts';
import { becomeUser } from './run-as.ts';
import { checkRuntimes } from './runtimes.ts';
import type { Shell } from './shell.ts';
import type { Shells } from './shells.ts';
import type { Workspace } from './workspace.ts';

interface CommandPhasesInput {
  readonly spec: Buildspec;
  readonly commands: Commands;
  readonly shells: Shells;
  readonly workspace: Workspace;
  readonly progress: Progress;
  readonly log: BuildLog;
  /** How often the build was retried. */
  readonly retries: number;
  /** Called at the end of POST_BUILD, whatever its outcome. */
  readonly atEnd: (shell: Shell) => Promise<void>;
}

/** `uploads`: UPLOAD_ARTIFACTS comes next; else FINALIZING. */
type CommandsOutcome = 'retry' | { readonly succeeded: boolean; readonly uploads: boolean };

const RECORDED: Readonly<Record<CommandPhase, PhaseType>> = {
  install: 'INSTALL',
  pre_build: 'PRE_BUILD',
  build: 'BUILD',
  post_build: 'POST_BUILD',
};

/** Goes through INSTALL, PRE_BUILD, BUILD and POST_BUILD, as far as failures let it. */
export async function runCommandPhases(input: CommandPhasesInput): Promise<CommandsOutcome> {
  const { spec, progress, retries } = input;
  let succeeded = true;
  for (const name of COMMAND_PHASES) {
    const { failure } = await progress.phase(RECORDED[name], () => runPhase(name, spec.phases[name], input));
    if (!failure) continue;
    const next = afterFailure(name, spec.phases[name]?.onFailure, failure.message, retries);
    if (next === 'retry') return 'retry';
    if (next !== 'forgiven') succeeded = false;
    if (next === 'finalize') return { succeeded, uploads: false };
  }
  return { succeeded, uploads: true };
}

async function runPhase(name: CommandPhase, phase: PhaseSpec | undefined, input: CommandPhasesInput): Promise<void> {
  const { spec, commands, shells, workspace, log } = input;
  log.say(`Entering phase ${RECORDED[name]}`);
  const user = phase?.runAs ?? spec.runAs;
  const shell = shells.of(user === undefined || user === 'root' ? undefined : await becomeUser(user, workspace));
  try {
    await checkRuntimes(phase?.runtimeVersions ?? {}, commands, shell, (text) => log.say(text));
    const failed = await runList(phase?.commands ?? [], shell, input);
    const failedFinally = await runList(phase?.finally ?? [], shell, input);
    const failure = failed ?? failedFinally;
    if (failure) throw new PhaseFailure(failure.statusCode, failure.message);
  } finally {
    if (name === 'post_build') await input.atEnd(shell);
  }
}

/** Runs commands up to the first that fails. */
async function runList(
  list: readonly string[],
  shell: Shell,
  { commands, log, progress }: CommandPhasesInput,
): Promise<PhaseContext | undefined> {
  for (const command of list) {
    progress.throwIfEnded();
    log.say(`Running command ${command}`);
    const status = await commands.run(shell, command);
    log.flush();
    progress.throwIfEnded();
    if (status === 0) continue;
    log.say(`Command did not exit successfully ${command} exit status ${status}`);
    return {
      statusCode: 'COMMAND_EXECUTION_ERROR',
      message: `Error while executing command: ${command}. Reason: exit status ${status}`,
    };
  }
  return undefined;
}
