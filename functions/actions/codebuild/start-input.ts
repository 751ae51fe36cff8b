import type { StartBuildCommandInput } from '../../aws/builds.ts';
import type { Artifact } from '../../domain/action.ts';
import { whyNoBuild } from '../../domain/not-carried-out.ts';
import { Failure, type OutputLocation, type Work } from '../../engine/work.ts';

/** The variable by which a completion event finds its action. */
export const actionVariable = 'SLUICE_ACTION';

const variableTypes = ['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER'] as const;

type Variable = NonNullable<StartBuildCommandInput['environmentVariablesOverride']>[number];

/**
 * What StartBuild is asked for: inputs and outputs are given as S3 overrides, for the source type CODEPIPELINE has no channel from
 * outside CodePipeline. The project's own sources and artifacts do not count.
 */
export function startInput(work: Work): StartBuildCommandInput {
  const { configuration, inputs, outputs, action } = work;
  checkBatch(configuration['BatchEnabled']);
  const primary = primaryOf(work);
  const others = inputs.filter((input) => input !== primary);
  const [first, ...more] = outputs;
  return {
    projectName: configuration['ProjectName'],
    idempotencyToken: action.id,
    ...sourcesInput(primary, others),
    artifactsOverride: first && more.length === 0 ? artifact(first) : { type: 'NO_ARTIFACTS' },
    secondaryArtifactsOverride:
      more.length === 0 ? [] : outputs.map((output) => ({ ...artifact(output), artifactIdentifier: output.name })),
    environmentVariablesOverride: variablesInput(work, primary, userVariables(configuration['EnvironmentVariables'])),
    ...(configuration['BuildspecOverride'] === undefined
      ? {}
      : { buildspecOverride: configuration['BuildspecOverride'] }),
    ...(configuration['ServiceRoleArnOverride'] === undefined
      ? {}
      : { serviceRoleOverride: configuration['ServiceRoleArnOverride'] }),
    ...(first?.encryptionKey === undefined ? {} : { encryptionKeyOverride: first.encryptionKey }),
  };
}

/** The part of StartBuild's input that names artifacts as sources. */
export function sourcesInput(primary: Artifact, others: readonly Artifact[]): Partial<StartBuildCommandInput> {
  return {
    sourceTypeOverride: 'S3',
    sourceLocationOverride: `${primary.bucket}/${primary.key}`,
    ...(primary.versionId === undefined ? {} : { sourceVersion: primary.versionId }),
    secondarySourcesOverride: others.map(({ name, bucket, key }) => ({
      type: 'S3',
      sourceIdentifier: name,
      location: `${bucket}/${key}`,
    })),
    secondarySourcesVersionOverride: others.flatMap(({ name, versionId }) =>
      versionId === undefined ? [] : [{ sourceIdentifier: name, sourceVersion: versionId }],
    ),
  };
}

/** The variables of a build: its own, and those by which it is found and knows what it builds. */
export function variablesInput({ action, run }: Work, primary: Artifact, own: readonly Variable[]): Variable[] {
  return [
    ...own,
    { name: actionVariable, value: action.key, type: 'PLAINTEXT' },
    { name: 'CODEBUILD_INITIATOR', value: `codepipeline/${run.pipelineName}`, type: 'PLAINTEXT' },
    ...(primary.revision === undefined
      ? []
      : [{ name: 'CODEBUILD_RESOLVED_SOURCE_VERSION', value: primary.revision, type: 'PLAINTEXT' as const }]),
  ];
}

function checkBatch(enabled: string | undefined): void {
  const why = whyNoBuild(enabled);
  if (why !== undefined) throw new Failure('ConfigurationError', `${why}: no build was started.`);
}

function primaryOf({ inputs, configuration, action }: Work): Artifact {
  const name = configuration['PrimarySource'];
  if (name === undefined && inputs.length > 1) {
    throw new Failure(
      'ConfigurationError',
      `Action ${action.action} has several input artifacts: PrimarySource must name the one with the buildspec.`,
    );
  }
  const found = name === undefined ? inputs[0] : inputs.find((input) => input.name === name);
  if (!found)
    throw new Failure(
      'ConfigurationError',
      `PrimarySource '${name}' is not an input artifact of action ${action.action}.`,
    );
  return found;
}

/** A key is `<folder>/<folder>/<name>.zip`: CodeBuild joins path and name. */
function artifact({ bucket, key }: OutputLocation): NonNullable<StartBuildCommandInput['artifactsOverride']> {
  const end = key.lastIndexOf('/');
  return {
    type: 'S3',
    location: bucket,
    path: key.slice(0, end),
    name: key.slice(end + 1),
    packaging: 'ZIP',
    namespaceType: 'NONE',
    overrideArtifactName: false,
  };
}

function userVariables(text: string | undefined): readonly Variable[] {
  if (text === undefined) return [];
  const list = parse(text);
  if (!Array.isArray(list)) throw malformed(text);
  return list.map((each: unknown) => {
    const { name, value, type = 'PLAINTEXT' } = (each ?? {}) as { name?: unknown; value?: unknown; type?: unknown };
    const known = variableTypes.find((one) => one === type);
    if (typeof name !== 'string' || typeof value !== 'string' || !known) throw malformed(JSON.stringify(each));
    if (name === actionVariable)
      throw new Failure(
        'ConfigurationError',
        `EnvironmentVariables must not name ${actionVariable}: builds are found by it.`,
      );
    return { name, value, type: known };
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(text);
  }
}

function malformed(text: string): Failure {
  return new Failure(
    'ConfigurationError',
    `EnvironmentVariables must be a JSON array of {"name", "value", "type"} with type ${variableTypes.join(', ')}; found ${text.slice(0, 200)}`,
  );
}
