import type { Input } from './operation.ts';
import type { Definition, Project, Variable } from './project.ts';
import { checkDefinition, invalid } from './project.ts';

/** StartBuild's members that replace a member of the definition. */
const REPLACING: Readonly<Record<string, keyof Definition>> = {
  sourceVersion: 'sourceVersion',
  secondarySourcesOverride: 'secondarySources',
  secondarySourcesVersionOverride: 'secondarySourceVersions',
  artifactsOverride: 'artifacts',
  secondaryArtifactsOverride: 'secondaryArtifacts',
  cacheOverride: 'cache',
  serviceRoleOverride: 'serviceRole',
  timeoutInMinutesOverride: 'timeoutInMinutes',
  queuedTimeoutInMinutesOverride: 'queuedTimeoutInMinutes',
  encryptionKeyOverride: 'encryptionKey',
  logsConfigOverride: 'logsConfig',
};
/** … of its source and of its environment. */
const IN_SOURCE = {
  sourceTypeOverride: 'type',
  sourceLocationOverride: 'location',
  buildspecOverride: 'buildspec',
  sourceAuthOverride: 'auth',
  gitCloneDepthOverride: 'gitCloneDepth',
  gitSubmodulesConfigOverride: 'gitSubmodulesConfig',
  insecureSslOverride: 'insecureSsl',
  reportBuildStatusOverride: 'reportBuildStatus',
  buildStatusConfigOverride: 'buildStatusConfig',
};
const IN_ENVIRONMENT = {
  environmentTypeOverride: 'type',
  imageOverride: 'image',
  computeTypeOverride: 'computeType',
  certificateOverride: 'certificate',
  privilegedModeOverride: 'privilegedMode',
  registryCredentialOverride: 'registryCredential',
  imagePullCredentialsTypeOverride: 'imagePullCredentialsType',
  fleetOverride: 'fleet',
};
const OTHERS = [
  'projectName',
  'environmentVariablesOverride',
  'idempotencyToken',
  'debugSessionEnabled',
  'autoRetryLimitOverride',
  'hostKernelOverride',
];
const KNOWN = new Set([...OTHERS, ...Object.keys({ ...REPLACING, ...IN_SOURCE, ...IN_ENVIRONMENT })]);

/** What a build of the project does when StartBuild is called with `input`; the project's own settings stand where nothing is given. */
export function overridden(project: Project, input: Input): Definition {
  for (const member of Object.keys(input))
    if (!KNOWN.has(member)) throw invalid(`Unknown parameter in input: "${member}".`);
  if (input.debugSessionEnabled)
    throw invalid('The local stack has no debug sessions: debugSessionEnabled must be false.');
  const { name, arn, description, tags, created, lastModified, concurrentBuildLimit, ...settings } = project;
  const definition = {
    ...settings,
    ...taken(REPLACING, input),
    source: { ...project.source, ...taken(IN_SOURCE, input) },
    environment: {
      ...project.environment,
      ...taken(IN_ENVIRONMENT, input),
      environmentVariables: merged(
        project.environment.environmentVariables ?? [],
        input.environmentVariablesOverride ?? [],
      ),
    },
  } as Definition;
  refuseCodePipeline(definition);
  checkDefinition(definition);
  return definition;
}

function taken(members: Readonly<Record<string, string>>, input: Input): Record<string, unknown> {
  const given = Object.entries(members).filter(([member]) => input[member] !== undefined && input[member] !== null);
  return Object.fromEntries(given.map(([member, name]) => [name, input[member]]));
}

function merged(variables: readonly Variable[], overrides: readonly Variable[]): Variable[] {
  if (!Array.isArray(overrides)) throw invalid('environmentVariablesOverride must be a list.');
  const byName = new Map([...variables, ...overrides].map((variable) => [variable.name, variable]));
  return [...byName.values()];
}

/** CodePipeline hands over its artifacts by a channel that StartBuild does not have. */
function refuseCodePipeline({ source, artifacts }: Definition): void {
  if (source.type === 'CODEPIPELINE') {
    throw invalid(
      'A build with a source of type CODEPIPELINE cannot be started by StartBuild: give sourceTypeOverride and sourceLocationOverride.',
    );
  }
  if (artifacts.type === 'CODEPIPELINE') {
    throw invalid(
      'A build with artifacts of type CODEPIPELINE cannot be started by StartBuild: give artifactsOverride.',
    );
  }
}
