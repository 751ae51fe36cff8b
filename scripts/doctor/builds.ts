import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetProjectsCommand, CodeBuildClient, type Project } from '@aws-sdk/client-codebuild';
import { inputsOf, mayUseArtifacts, outputsOf } from './artifacts.ts';
import type { Checked } from './checked.ts';
import { type Finding, lookingAt, missing, notChecked, ok } from './finding.ts';
import type { Place } from './place.ts';
import { mayDo } from './rights.ts';
import { buildTrust } from './trust.ts';

/** Build and Test, CodeBuild: the project, what the action's role does with it, and what the build's own role does. */
export async function checkBuild(
  place: Place,
  { action, purpose, role, configured }: Checked,
): Promise<readonly Finding[]> {
  const { ProjectName: name = '', ServiceRoleArnOverride: override, EnvironmentVariables: variables } = configured;
  const project = `arn:${place.partition}:codebuild:${place.region}:${place.accountId}:project/${name}`;
  const findings = [
    ...(await mayBuild(place, { purpose, role, project })),
    // It looks which version a build has made of an output.
    ...(await mayUseArtifacts(place, { purpose, role, reads: outputsOf(action), writes: [], newest: true })),
  ];
  if (override !== undefined) findings.push(...(await mayPass(place, { purpose, role, passed: override })));
  const what = `the build project ${name} is there`;
  const found = await lookingAt(what, async () => {
    const declared = await projectOf(place, name);
    if (declared === undefined)
      return missing(what, `CodeBuild has no project ${name} in ${place.region}`, {
        do: `Make it (aws codebuild create-project), or name another in ProjectName of the action ${purpose}.`,
      });
    const buildRole = override ?? declared.serviceRole ?? '';
    const reads = inputsOf(action);
    return [
      ok(what),
      ...(await buildTrust(place, buildRole, project)),
      ...(await mayUseArtifacts(place, {
        purpose: `${purpose}, its build`,
        role: buildRole,
        reads,
        writes: outputsOf(action),
      })),
      ...(await mayLog(place, `${purpose}, its build`, buildRole, declared)),
      ...unlooked(purpose, declared, variables),
    ];
  });
  return [...findings, ...found];
}

/** Who does something for an action, in the reader's words, and as which role. */
interface Doer {
  readonly purpose: string;
  readonly role: string;
}

/** Looks whether a role may start a build of a project, an ARN, and see to it. */
export function mayBuild(place: Place, { project, ...doer }: Doer & { readonly project: string }) {
  const calls = ['StartBuild', 'BatchGetBuilds', 'ListBuildsForProject', 'StopBuild'];
  return mayDo(place, { ...doer, actions: calls.map((one) => `codebuild:${one}`), on: [project] });
}

/** Looks whether a role may have a build run as another. */
export function mayPass(place: Place, { passed, ...doer }: Doer & { readonly passed: string }) {
  const context = { 'iam:PassedToService': 'codebuild.amazonaws.com' };
  return mayDo(place, { ...doer, actions: ['iam:PassRole'], on: [passed], context });
}

function projectOf({ account }: Place, name: string): Promise<Project | undefined> {
  return account.once(`project ${name}`, async () => {
    const client = new CodeBuildClient(account.options);
    const { projects = [] } = await client.send(new BatchGetProjectsCommand({ names: [name] }));
    return projects[0];
  });
}

/** A build without a log tells nobody why it failed. */
async function mayLog(place: Place, purpose: string, role: string, project: Project): Promise<readonly Finding[]> {
  const { status, groupName } = project.logsConfig?.cloudWatchLogs ?? {};
  if (status === 'DISABLED') return [];
  return mayLogTo(place, { purpose, role, group: groupName ?? `/aws/codebuild/${project.name}` });
}

/** Looks whether a role may write a build's log to a group. A group that is there already need not be made. */
export function mayLogTo(place: Place, { purpose, role, group }: Doer & { readonly group: string }) {
  const arn = `arn:${place.partition}:logs:${place.region}:${place.accountId}:log-group:${group}`;
  const writing = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  return lookingAt(`${purpose} writes its log to ${group}`, async () => {
    const actions = (await groupIsThere(place, group)) ? writing : ['logs:CreateLogGroup', ...writing];
    return mayDo(place, { purpose, role, actions, on: [`${arn}:log-stream:build`], grant: `${arn}:*` });
  });
}

/** Who may not list log groups takes it that there is none: the documented statement makes it. */
async function groupIsThere({ account }: Place, group: string): Promise<boolean> {
  const client = new CloudWatchLogsClient(account.options);
  const asked = new DescribeLogGroupsCommand({ logGroupNamePrefix: group });
  const { logGroups = [] } = await client.send(asked).catch(() => ({ logGroups: [] }));
  return logGroups.some(({ logGroupName }) => logGroupName === group);
}

function unlooked(purpose: string, { vpcConfig, environment }: Project, variables = '[]'): readonly Finding[] {
  const own = environment?.environmentVariables ?? [];
  const isStored = (type: unknown) => type === 'PARAMETER_STORE' || type === 'SECRETS_MANAGER';
  const stored = own.some(({ type }) => isStored(type)) || /"(PARAMETER_STORE|SECRETS_MANAGER)"/.test(variables);
  return [
    ...(stored ? [notChecked(`${purpose}, its build reads parameters and secrets`, 'this is not looked at yet')] : []),
    ...(vpcConfig?.vpcId ? [notChecked(`${purpose}, its build reaches its VPC`, 'this is not looked at yet')] : []),
  ];
}
