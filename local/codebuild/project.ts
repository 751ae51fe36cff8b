import type { StackContext } from '../service.ts';
import { ServiceError } from '../service.ts';

export interface Source {
  readonly type: string;
  /** S3: `bucket/key`. */
  readonly location?: string;
  /** Text, a path in the primary source, or the ARN of an S3 object. */
  readonly buildspec?: string;
  readonly sourceIdentifier?: string;
}

export interface SourceVersion {
  readonly sourceIdentifier: string;
  readonly sourceVersion: string;
}

export interface Artifacts {
  readonly type: string;
  readonly location?: string;
  readonly path?: string;
  readonly namespaceType?: 'NONE' | 'BUILD_ID';
  readonly name?: string;
  readonly packaging?: 'NONE' | 'ZIP';
  readonly overrideArtifactName?: boolean;
  readonly encryptionDisabled?: boolean;
  readonly artifactIdentifier?: string;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

export interface Environment {
  readonly type: string;
  readonly image: string;
  readonly computeType: string;
  readonly imagePullCredentialsType?: string;
  readonly environmentVariables?: readonly Variable[];
  readonly privilegedMode?: boolean;
  readonly registryCredential?: object;
  readonly fleet?: object;
  readonly dockerServer?: object;
  readonly certificate?: string;
}

export interface LogsConfig {
  readonly cloudWatchLogs?: { readonly status: string; readonly groupName?: string; readonly streamName?: string };
  readonly s3Logs?: { readonly status: string; readonly location?: string };
}

/** What a build does, spelled as CodeBuild's API spells it: a project's settings, or those with a build's overrides. */
export interface Definition {
  readonly source: Source;
  readonly sourceVersion?: string;
  readonly secondarySources?: readonly Source[];
  readonly secondarySourceVersions?: readonly SourceVersion[];
  readonly artifacts: Artifacts;
  readonly secondaryArtifacts?: readonly Artifacts[];
  readonly environment: Environment;
  readonly cache?: { readonly type: string; readonly modes?: readonly string[] };
  readonly serviceRole: string;
  readonly timeoutInMinutes: number;
  readonly queuedTimeoutInMinutes: number;
  readonly encryptionKey?: string;
  readonly logsConfig?: LogsConfig;
  readonly vpcConfig?: { readonly vpcId?: string };
  readonly fileSystemLocations?: readonly object[];
}

export interface Project extends Definition {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly concurrentBuildLimit?: number;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly lastModified: number;
}

const MEMBERS = new Set(
  `name description source secondarySources sourceVersion secondarySourceVersions artifacts secondaryArtifacts cache environment serviceRole timeoutInMinutes
  queuedTimeoutInMinutes encryptionKey tags vpcConfig badgeEnabled logsConfig fileSystemLocations buildBatchConfig concurrentBuildLimit autoRetryLimit`.split(
    /\s+/,
  ),
);
const SOURCE_TYPES = [
  'CODECOMMIT',
  'CODEPIPELINE',
  'GITHUB',
  'GITLAB',
  'GITLAB_SELF_MANAGED',
  'S3',
  'BITBUCKET',
  'GITHUB_ENTERPRISE',
  'NO_SOURCE',
];
const MINUTES = { timeoutInMinutes: [5, 2160], queuedTimeoutInMinutes: [5, 480] } as const;

/** Reads the members of CreateProject or UpdateProject (those of `before` stand where none is given); refuses what CodeBuild would refuse. */
export function readProject(
  input: Record<string, unknown>,
  before: Project | undefined,
  context: StackContext,
): Project {
  for (const member of Object.keys(input))
    if (!MEMBERS.has(member)) throw invalid(`Unknown parameter in input: "${member}".`);
  const now = context.clock.now();
  const project = {
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    created: now,
    ...before,
    ...input,
    lastModified: now,
  } as unknown as Project;
  if (!/^[A-Za-z0-9][A-Za-z0-9\-_]{1,254}$/.test(project.name ?? ''))
    throw invalid(`Invalid project name: ${project.name}.`);
  checkDefinition(project);
  const limit = project.concurrentBuildLimit;
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
    throw invalid('concurrentBuildLimit must be at least 1.');
  return { ...project, arn: projectArn(project.name, context) };
}

export function projectArn(name: string, { partition, region, account }: StackContext): string {
  return `arn:${partition}:codebuild:${region}:${account}:project/${name}`;
}

const LISTS = ['secondarySources', 'secondarySourceVersions', 'secondaryArtifacts', 'fileSystemLocations'] as const;

function checkList(member: string, value: unknown): void {
  if (value !== undefined && value !== null && !Array.isArray(value)) throw invalid(`${member} must be a list.`);
}

/** Refuses a definition that CodeBuild itself would not accept; what only this machine cannot do is found at the build's start. */
export function checkDefinition(definition: Definition): void {
  for (const member of LISTS) checkList(member, definition[member]);
  checkSource('source', definition.source);
  const secondary = definition.secondarySources ?? [];
  for (const source of secondary) checkSource('secondarySources', source);
  checkIdentifiers(
    'secondarySources',
    secondary.map(({ sourceIdentifier }) => sourceIdentifier),
  );
  checkArtifacts('artifacts', definition.artifacts);
  const artifacts = definition.secondaryArtifacts ?? [];
  for (const each of artifacts) checkArtifacts('secondaryArtifacts', each);
  checkIdentifiers(
    'secondaryArtifacts',
    artifacts.map(({ artifactIdentifier }) => artifactIdentifier),
  );
  checkEnvironment(definition.environment);
  if (!/^arn:[^:]+:iam::\d+:role\/.+/.test(definition.serviceRole ?? '')) {
    throw invalid(`Invalid service role: serviceRole must be the ARN of a role, not ${definition.serviceRole}.`);
  }
  for (const [member, [least, most]] of Object.entries(MINUTES)) {
    const value = definition[member as keyof typeof MINUTES];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw invalid(`Invalid ${member}: ${value}. It must be from ${least} to ${most}.`);
    }
  }
}

function checkSource(member: string, source: Source | undefined): void {
  if (!source?.type) throw invalid(`${member} must have a type.`);
  if (!SOURCE_TYPES.includes(source.type)) throw invalid(`Invalid ${member} type: ${source.type}.`);
  if (source.type !== 'S3') return;
  if (!/^(arn:[^:]+:s3:::)?[^/:]+\/.+/.test(source.location ?? '')) {
    throw invalid(`Invalid ${member} location: a source of type S3 needs BUCKET/KEY, not ${source.location}.`);
  }
}

function checkArtifacts(member: string, artifacts: Artifacts | undefined): void {
  if (!artifacts?.type) throw invalid(`${member} must have a type.`);
  if (!['CODEPIPELINE', 'S3', 'NO_ARTIFACTS'].includes(artifacts.type))
    throw invalid(`Invalid ${member} type: ${artifacts.type}.`);
  if (artifacts.type === 'S3' && !artifacts.location)
    throw invalid(`Invalid ${member}: a type of S3 needs a bucket as location.`);
  if (artifacts.packaging && !['NONE', 'ZIP'].includes(artifacts.packaging))
    throw invalid(`Invalid ${member} packaging: ${artifacts.packaging}.`);
  if (artifacts.namespaceType && !['NONE', 'BUILD_ID'].includes(artifacts.namespaceType)) {
    throw invalid(`Invalid ${member} namespaceType: ${artifacts.namespaceType}.`);
  }
}

function checkIdentifiers(member: string, identifiers: readonly (string | undefined)[]): void {
  if (identifiers.length > 12) throw invalid(`${member} may have at most 12 members.`);
  for (const identifier of identifiers) {
    // Part of the names of environment variables and of folders. CodeBuild allows 128 characters; a pipeline's artifact names have a hyphen too.
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(identifier ?? ''))
      throw invalid(`Invalid identifier in ${member}: ${identifier}.`);
  }
  if (new Set(identifiers).size < identifiers.length) throw invalid(`The identifiers of ${member} must differ.`);
}

function checkEnvironment(environment: Environment | undefined): void {
  for (const member of ['type', 'image', 'computeType'] as const) {
    if (!environment?.[member]) throw invalid(`environment must have a member ${member}.`);
  }
  checkList('environmentVariables', environment?.environmentVariables);
  for (const { name, value, type } of environment?.environmentVariables ?? []) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name ?? ''))
      throw invalid(`Invalid name of an environment variable: ${name}.`);
    if (typeof value !== 'string' || value.includes('\0'))
      throw invalid(`The environment variable ${name} must have a text as value.`);
    if (type && !['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER'].includes(type)) {
      throw invalid(`Invalid type of the environment variable ${name}: ${type}.`);
    }
  }
}

export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidInputException', message);
}
