import type { BuildLog } from './build-log.ts';
import type { Buildspec } from './buildspec.ts';
import { COMMAND_PHASES, readBuildspec } from './buildspec.ts';
import { Commands } from './commands.ts';
import { buildEnvironment } from './environment.ts';
import { PhaseFailure } from './failure.ts';
import type { Role } from './provision.ts';
import type { Run } from './run.ts';
import { fetchSources, findBuildspec } from './sources.ts';
import type { Workspace } from './workspace.ts';
import { makeWorkspace } from './workspace.ts';

/** All that a build's commands need. */
interface Prepared {
  readonly spec: Buildspec;
  readonly workspace: Workspace;
  readonly commands: Commands;
  /** Names of variables to export at the end. */
  readonly exported: readonly string[];
}

/** DOWNLOAD_SOURCE: fetches the sources into a clean folder, reads the buildspec, looks up parameters and secrets. */
export async function prepare(
  { build, context, folder, log, signal }: Run,
  { credentials, clients }: Role,
): Promise<Prepared> {
  const workspace = await makeWorkspace(folder);
  log.say('Phase is DOWNLOAD_SOURCE');
  log.say(`CODEBUILD_SRC_DIR=${workspace.source}`);
  await fetchSources(build.definition, workspace, clients.s3, signal);
  const { text, place } = await findBuildspec(build.definition, workspace, clients.s3, signal);
  log.say(`YAML location is ${place}`);
  const spec = readBuildspec(text);
  announce(spec, workspace, log);
  log.say('Processing environment variables');
  const { variables, secrets, notExported } = await buildEnvironment({
    context,
    build,
    spec,
    workspace,
    credentials,
    clients,
    signal,
  });
  log.hide(secrets);
  const commands = await Commands.open({
    workspace,
    shell: shellOf(spec),
    variables,
    carriesOver: spec.version === '0.2',
  });
  return {
    spec,
    workspace,
    commands,
    exported: spec.exportedVariables.filter((name) => !name.startsWith('AWS_') && !notExported.has(name)),
  };
}

function announce(spec: Buildspec, workspace: Workspace, log: BuildLog): void {
  log.say(`Moving to directory ${workspace.source}`);
  log.say(`HOME is ${workspace.home}, not /root.`);
  for (const section of spec.passedOver) log.say(`The local runner passes over the buildspec's section ${section}.`);
  const phases = COMMAND_PHASES.filter((name) => spec.phases[name]);
  log.say(`Phases found in YAML: ${phases.length}`);
  for (const name of phases) log.say(` ${name.toUpperCase()}: ${spec.phases[name]?.commands.length} commands`);
}

function shellOf({ shell }: Buildspec): 'sh' | 'bash' {
  const name = shell.replace(/^.*\//, '');
  if (name === 'sh' || name === 'bash') return name;
  throw new PhaseFailure(
    'LOCAL_RUNNER_UNSUPPORTED',
    `"env.shell" = ${shell} is not supported by the local runner: commands run in sh or bash. Set bash or run on AWS.`,
  );
}
