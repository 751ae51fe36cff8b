import {
  BatchGetBuildsCommand,
  type Build,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { logLines } from './logs.ts';
import { putZip } from './parts.ts';
import { until } from './passing.ts';
import { markerBuildspec } from './pipelines.ts';
import { had } from './probe.ts';
import type { RunSeen } from './runs.ts';
import type { Walk } from './walk.ts';

/** For how long CodeBuild is to know a token, less a minute. */
const tokenSeconds = 240;

/** Starts a build of the older of two versions of an object. */
export async function beginMarkerBuild({ account, materials, seen, prefix, maker }: Walk): Promise<void> {
  const { codebuild, s3 } = account;
  const { bucket, project } = materials;
  const key = `${prefix}/marker.zip`;
  const put = async (marker: string): Promise<string> => {
    const VersionId = await putZip(account, bucket, key, { 'marker.txt': marker });
    maker.cleanUp.add(`object ${key}`, () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId })));
    return VersionId;
  };
  const sourceVersion = await put('older');
  await put('newer');
  const input = {
    projectName: project,
    idempotencyToken: prefix,
    sourceTypeOverride: 'S3',
    sourceLocationOverride: `${bucket}/${key}`,
    sourceVersion,
    buildspecOverride: markerBuildspec,
  } as const;
  const at = account.time.now();
  const { build } = await codebuild.send(new StartBuildCommand(input));
  const first = had(build?.id, 'the id of a build');
  const { ids = [] } = await codebuild.send(new ListBuildsForProjectCommand({ projectName: project }));
  seen.token = { input, at, first, listed: ids.includes(first) };
}

/** Starts the same build again by its token, four minutes later, and reads what the first printed. */
export async function endMarkerBuild(walk: Walk): Promise<void> {
  const { account, seen, patience } = walk;
  const token = had(seen.token, 'the first build of the token');
  const left = token.at + tokenSeconds * 1000 - account.time.now();
  if (left > 0) await account.time.pass(left / 1000);
  // Later than that, CodeBuild may have forgotten the token rightly.
  if (left > -30_000) {
    const { build } = await account.codebuild.send(new StartBuildCommand(token.input));
    seen.token = { ...token, second: had(build?.id, 'the id of a build') };
  }
  const build = await until(
    `the end of build ${token.first}`,
    async () => {
      const found = await buildById(walk, token.first);
      return found.buildStatus === 'IN_PROGRESS' ? undefined : found;
    },
    patience,
  );
  seen.marker = {
    printed: printed(await linesOf(walk, build), 'marker') ?? `nothing (${build.buildStatus})`,
    wanted: 'older',
  };
}

/** The build that an action of a run started. */
export async function buildOf(walk: Walk, run: RunSeen | undefined): Promise<Build> {
  const action = run?.actions.find(({ actionName }) => actionName === 'Build');
  return buildById(walk, had(action?.output?.executionResult?.externalExecutionId, 'a build'));
}

async function buildById({ account }: Walk, id: string): Promise<Build> {
  const { builds: [build] = [] } = await account.codebuild.send(new BatchGetBuildsCommand({ ids: [id] }));
  return had(build, `build ${id}`);
}

/** The lines of a build's log; those of the last second may come late. */
export async function linesOf({ account }: Walk, { logs }: Build): Promise<readonly string[]> {
  const { groupName: logGroupName = '', streamName = '' } = logs ?? {};
  return (await logLines(account, logGroupName, { stream: streamName })).map(({ text }) => text);
}

/** What the buildspec of the walk printed by a name. */
export function printed(lines: readonly string[], name: string): string | undefined {
  const start = `verify ${name}=`;
  return lines.find((line) => line.startsWith(start))?.slice(start.length);
}
