import type { Credentials } from '../ports.ts';
import type { StackContext } from '../service.ts';
import type { Build } from './build.ts';
import type { Buildspec } from './buildspec.ts';
import type { Clients } from './clients.ts';
import { hostEnvironment } from './host-environment.ts';
import { readParameter } from './parameters.ts';
import type { Source } from './project.ts';
import { projectArn } from './project.ts';
import { readSecret } from './secrets.ts';
import { encryptionKeyOf, logPlace } from './shown.ts';
import type { Workspace } from './workspace.ts';
import { secondarySource } from './workspace.ts';

/** What a build's commands see, and which of it must not be seen. */
interface BuildEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Values to mask in the log. */
  readonly secrets: readonly string[];
  /** Names that cannot be exported: secrets that the project, not the buildspec, sets. */
  readonly notExported: ReadonlySet<string>;
}

interface EnvironmentInput {
  readonly context: StackContext;
  readonly build: Build;
  readonly spec: Buildspec;
  readonly workspace: Workspace;
  readonly credentials: Credentials;
  readonly clients: Clients;
  readonly signal: AbortSignal;
}

/** What a caller of StartBuild may say in CodeBuild's own variables: a pipeline that stands between user and build knows better. */
const CALLER_MAY_SET = ['CODEBUILD_INITIATOR', 'CODEBUILD_RESOLVED_SOURCE_VERSION'];

/** Puts the variables together, the later over the earlier: machine, buildspec, CodeBuild's own, project and overrides. Reads parameters and secrets. */
export async function buildEnvironment(input: EnvironmentInput): Promise<BuildEnvironment> {
  const { context, credentials, clients, signal, spec } = input;
  const secrets: string[] = [];
  const reading = {
    PARAMETER_STORE: (name: string) => readParameter(name, context.region, credentials, signal),
    SECRETS_MANAGER: (reference: string) => readSecret(reference, clients, signal),
  };
  const read = async (references: Readonly<Record<string, string>>, how: keyof typeof reading) => {
    const values: [name: string, value: string][] = [];
    for (const [name, reference] of Object.entries(references)) {
      const value = await reading[how](reference);
      values.push([name, value]);
      secrets.push(value);
    }
    return Object.fromEntries(values);
  };
  const fromSpec = {
    ...spec.variables,
    ...(await read(spec.parameterStore, 'PARAMETER_STORE')),
    ...(await read(spec.secretsManager, 'SECRETS_MANAGER')),
  };
  const declared = (input.build.definition.environment.environmentVariables ?? []).filter(
    ({ name }) => !isReserved(name) || CALLER_MAY_SET.includes(name),
  );
  const ofType = (type: string) =>
    Object.fromEntries(
      declared.filter((each) => (each.type ?? 'PLAINTEXT') === type).map(({ name, value }) => [name, value]),
    );
  const secret = {
    ...(await read(ofType('PARAMETER_STORE'), 'PARAMETER_STORE')),
    ...(await read(ofType('SECRETS_MANAGER'), 'SECRETS_MANAGER')),
  };
  const variables = {
    ...machineVariables(input),
    ...withoutReserved(fromSpec),
    ...codebuildVariables(input),
    ...ofType('PLAINTEXT'),
    ...secret,
  };
  return { variables, secrets: [...secrets, ...secretParts(credentials)], notExported: new Set(Object.keys(secret)) };
}

function secretParts({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string[] {
  return [accessKeyId, secretAccessKey, sessionToken];
}

function machineVariables({ context, workspace, credentials }: EnvironmentInput): Record<string, string> {
  return {
    ...hostEnvironment(process.env),
    HOME: workspace.home,
    TMPDIR: workspace.temporary,
    // The workspace may lie inside a repository of the user's: git must not take that for the build's.
    GIT_CEILING_DIRECTORIES: workspace.folder,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: context.endpoint,
    AWS_DEFAULT_REGION: context.region,
    AWS_REGION: context.region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function codebuildVariables({ context, build, workspace }: EnvironmentInput): Record<string, string> {
  const { definition } = build;
  const secondary = definition.secondarySources ?? [];
  const versions = definition.secondarySourceVersions ?? [];
  return {
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_NUMBER: String(build.number),
    CODEBUILD_BUILD_IMAGE: definition.environment.image,
    CODEBUILD_BUILD_URL: `https://${context.region}.console.aws.amazon.com/codebuild/home?region=${context.region}#/builds/${build.id}/view/new`,
    CODEBUILD_PROJECT_ARN: projectArn(build.projectName, context),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_CI: 'true',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_KMS_KEY_ID: encryptionKeyOf(build, context),
    CODEBUILD_LOG_PATH: logPlace(build).streamName,
    CODEBUILD_START_TIME: String(build.startTime),
    CODEBUILD_SRC_DIR: workspace.source,
    ...sourceVariables('', definition.source, definition.sourceVersion, context),
    ...Object.assign(
      {},
      ...secondary.map((source) => {
        const identifier = source.sourceIdentifier ?? '';
        const version = versions.find(({ sourceIdentifier }) => sourceIdentifier === identifier)?.sourceVersion;
        const suffix = `_${identifier.replaceAll('-', '_')}`;
        return {
          [`CODEBUILD_SRC_DIR${suffix}`]: secondarySource(workspace, identifier),
          ...sourceVariables(suffix, source, version, context),
        };
      }),
    ),
  };
}

function sourceVariables(
  suffix: string,
  source: Source,
  version: string | undefined,
  { partition }: StackContext,
): Record<string, string> {
  if (source.type !== 'S3' || !source.location) return {};
  const place = source.location.replace(/^arn:[^:]+:s3:::/, '');
  return {
    [`CODEBUILD_SOURCE_REPO_URL${suffix}`]: `s3://${place}`,
    [`CODEBUILD_SOURCE_VERSION${suffix}`]: version ?? `arn:${partition}:s3:::${place}`,
  };
}

function isReserved(name: string): boolean {
  return name.startsWith('CODEBUILD_');
}

function withoutReserved(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isReserved(name)));
}
