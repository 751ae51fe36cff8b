import { commandsProject, type StartBuildCommandInput } from '../../aws/builds.ts';
import { commandsRule } from '../../domain/rule-types.ts';
import { shellLines } from '../../domain/shell-lines.ts';
import { Failure, type Work } from '../../engine/work.ts';
import { buildProvider } from './build-provider.ts';
import { sourcesInput, variablesInput } from './start-input.ts';

/** Rule/AWS/Commands/1: shell lines, in a build on a project of Sluice's, as the role of the rule or of the pipeline. */
export const commands = buildProvider([commandsRule], commandsInput);

/**
 * The buildspec is JSON, so that YAML makes nothing of a line. Values of variables come to the shell by its environment: they are never part
 * of a line.
 */
function commandsInput(work: Work): StartBuildCommandInput {
  const { declaration, commandVariables, run, access, inputs, action } = work;
  const [primary, ...others] = inputs;
  if (!primary) throw new Failure('ConfigurationError', `Commands ${action.action} has no input artifact to run in.`);
  const { lines, variables } = shellLines(declaration.commands ?? [], commandVariables);
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' as const }));
  return {
    projectName: commandsProject,
    idempotencyToken: action.id,
    ...sourcesInput(primary, others),
    artifactsOverride: { type: 'NO_ARTIFACTS' },
    buildspecOverride: JSON.stringify({ version: '0.2', phases: { build: { commands: lines } } }),
    environmentVariablesOverride: variablesInput(work, primary, environment),
    serviceRoleOverride: access.roleArn,
    logsConfigOverride: {
      cloudWatchLogs: { status: 'ENABLED', groupName: `/aws/codepipeline/${run.pipelineName}` },
    },
  };
}
