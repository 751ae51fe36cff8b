import type { StackContext } from '../service.ts';
import type { Build, Phase, UploadedArtifact } from './build.ts';
import { currentPhase, isOver, uuidOf } from './build.ts';
import type { Artifacts, Project } from './project.ts';

/** A build as BatchGetBuilds answers with it; times in seconds. */
export function showBuild(build: Build, context: StackContext): object {
  const { artifacts, secondaryArtifacts, ...definition } = build.definition;
  return {
    ...definition,
    id: build.id,
    arn: build.arn,
    buildNumber: build.number,
    startTime: build.startTime / 1000,
    ...(build.endTime === undefined ? {} : { endTime: build.endTime / 1000 }),
    currentPhase: currentPhase(build).type,
    buildStatus: build.status,
    projectName: build.projectName,
    phases: build.phases.map(showPhase),
    artifacts: showArtifacts(artifacts, build.artifact),
    ...(secondaryArtifacts && {
      secondaryArtifacts: secondaryArtifacts.map((each) =>
        showArtifacts(
          each,
          build.secondaryArtifacts?.find(({ artifactIdentifier }) => artifactIdentifier === each.artifactIdentifier),
        ),
      ),
    }),
    logs: showLogs(build, context),
    buildComplete: isOver(build),
    initiator: build.initiator,
    encryptionKey: encryptionKeyOf(build, context),
    exportedEnvironmentVariables: build.exportedVariables ?? [],
  };
}

function showPhase({ type, status, startTime, endTime, contexts }: Phase): object {
  return {
    phaseType: type,
    ...(status && { phaseStatus: status }),
    startTime: startTime / 1000,
    ...(endTime !== undefined && {
      endTime: endTime / 1000,
      durationInSeconds: durationInSeconds(startTime, endTime),
      contexts,
    }),
  };
}

function showArtifacts(declared: Artifacts, uploaded: UploadedArtifact | undefined): object {
  const { artifactIdentifier, overrideArtifactName, encryptionDisabled } = declared;
  const location = uploaded?.location ?? (declared.type === 'S3' ? declared.location : '');
  return { location, ...uploaded, ...definedOnly({ artifactIdentifier, overrideArtifactName, encryptionDisabled }) };
}

/** Where the build's log is: CodeBuild's default, or what its logsConfig says; neither name before the build was provisioned. */
export function showLogs(build: Build, { partition, region, account }: StackContext): Record<string, unknown> {
  const { groupName, streamName, enabled } = logPlace(build);
  const provisioned = build.phases.some(({ type }) => type === 'PROVISIONING');
  if (!enabled || !provisioned)
    return { deepLink: `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups` };
  return {
    groupName,
    streamName,
    deepLink: `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${encodeURIComponent(groupName)}/log-events/${encodeURIComponent(streamName)}`,
    cloudWatchLogsArn: `arn:${partition}:logs:${region}:${account}:log-group:${groupName}:log-stream:${streamName}`,
  };
}

/** The log group and stream that a build writes to. */
export function logPlace(build: Build): { groupName: string; streamName: string; enabled: boolean } {
  const config = build.definition.logsConfig?.cloudWatchLogs;
  const uuid = uuidOf(build.id);
  return {
    enabled: config?.status !== 'DISABLED',
    groupName: config?.groupName ?? `/aws/codebuild/${build.projectName}`,
    streamName: config?.streamName ? `${config.streamName}/${uuid}` : uuid,
  };
}

/** The key that CodeBuild names when the definition has none: the account's for S3. */
export function encryptionKeyOf(
  { definition }: Pick<Build, 'definition'>,
  { partition, region, account }: StackContext,
): string {
  return definition.encryptionKey ?? `arn:${partition}:kms:${region}:${account}:alias/aws/s3`;
}

/** A project as BatchGetProjects answers with it; times in seconds. */
export function showProject(project: Project, context: StackContext): object {
  return {
    ...project,
    encryptionKey: encryptionKeyOf({ definition: project }, context),
    created: project.created / 1000,
    lastModified: project.lastModified / 1000,
    cache: project.cache ?? { type: 'NO_CACHE' },
    badge: { badgeEnabled: false },
  };
}

/** Whole seconds, rounded as CodeBuild does (down). */
export function durationInSeconds(startTime: number, endTime: number): number {
  return Math.floor((endTime - startTime) / 1000);
}

function definedOnly(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
