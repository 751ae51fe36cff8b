import type { Build } from '../../aws/builds.ts';
import type { Artifact } from '../../domain/action.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome } from '../provider.ts';

/** What a build has come to. A build that ended without an artifact which it owes has failed. */
export async function outcomeOf(
  build: Build,
  work: Work,
  versionOf: (bucket: string, key: string) => Promise<string | undefined>,
): Promise<Outcome> {
  const external = externalOf(build, work);
  if (build.buildStatus === 'IN_PROGRESS') return { status: 'Running', ...external };
  if (build.buildStatus !== 'SUCCEEDED')
    return { status: 'Failed', code: 'JobFailed', message: failureText(build), ...external };
  return {
    status: 'Succeeded',
    ...external,
    outputs: await Promise.all(work.outputs.map((output) => artifactOf(build, work, output, versionOf))),
    outputVariables: Object.fromEntries(
      (build.exportedEnvironmentVariables ?? []).flatMap(({ name, value }) =>
        name && value !== undefined ? [[name, value]] : [],
      ),
    ),
  };
}

/** A build is in the action's Region, and in the account of its role. */
function externalOf(build: Build, { home, access: { region } }: Work) {
  const id = build.id ?? '';
  const place = logPlace(build);
  const account = build.arn?.split(':')[4] ?? home.account;
  return {
    externalId: id,
    url: `https://console.aws.amazon.com/codebuild/home?region=${region}#/builds/${encodeURIComponent(id)}/view/new`,
    ...(place === undefined
      ? {}
      : { logStreamArn: `arn:${home.partition}:logs:${region}:${account}:log-group:${place}` }),
  };
}

/** Where the log is, or will be: CodeBuild names group and stream only when a build is provisioned, by rules that are known before. */
function logPlace({ id = '', projectName = '', logs }: Build): string | undefined {
  if (logs?.groupName && logs.streamName) return `${logs.groupName}:log-stream:${logs.streamName}`;
  const { status, groupName, streamName } = logs?.cloudWatchLogs ?? {};
  if (status === 'DISABLED' || projectName === '') return undefined;
  const uuid = id.slice(id.lastIndexOf(':') + 1);
  return `${groupName ?? `/aws/codebuild/${projectName}`}:log-stream:${streamName ? `${streamName}/${uuid}` : uuid}`;
}

/** The failed phase in CodePipeline's words. */
function failureText({ buildStatus, phases }: Build): string {
  const failed = phases?.find(
    ({ phaseStatus }) => phaseStatus && !['SUCCEEDED', 'IN_PROGRESS', 'QUEUED'].includes(phaseStatus),
  );
  const context = failed?.contexts?.find(({ statusCode, message }) => statusCode || message);
  const where = failed
    ? ` Phase: ${failed.phaseType}, Code: ${context?.statusCode ?? failed.phaseStatus}, Message: ${context?.message ?? ''}`
    : '';
  return `Build terminated with state: ${buildStatus}.${where}`;
}

async function artifactOf(
  build: Build,
  { action }: Work,
  output: { readonly name: string; readonly bucket: string; readonly key: string },
  versionOf: (bucket: string, key: string) => Promise<string | undefined>,
): Promise<Artifact> {
  const { name, bucket, key } = output;
  const made =
    build.secondaryArtifacts?.find(({ artifactIdentifier }) => artifactIdentifier === name) ?? build.artifacts;
  const versionId = await versionOf(bucket, key);
  if (!made?.location || versionId === undefined) {
    throw new Failure(
      'JobFailed',
      `The build succeeded, but action ${action.action} has no output artifact ${name}: the buildspec must declare it under artifacts.`,
    );
  }
  return { name, bucket, key, versionId, ...(made.sha256sum ? { sha256: made.sha256sum } : {}) };
}
