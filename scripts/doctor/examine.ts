import { typeName } from '../../functions/domain/action-type.ts';
import { findActionType } from '../../functions/domain/action-types.ts';
import type { ActionDeclaration, StageDeclaration } from '../../functions/domain/declaration.ts';
import { conditionTypes, rulesOf } from '../../functions/domain/step.ts';
import { references, replaceReferences } from '../../functions/domain/variables.ts';
import { checkApproval } from './approvals.ts';
import { artifactBucket } from './artifacts.ts';
import { checkBuild } from './builds.ts';
import { notCarriedOut } from './carried-out.ts';
import type { Checked } from './checked.ts';
import { checkConnectionSource } from './connections.ts';
import { type Finding, notChecked } from './finding.ts';
import type { Place } from './place.ts';
import { isPlain } from './plain.ts';
import { checkAlarm, checkCommands, checkFunction, checkNothing } from './rules.ts';
import { checkS3Deploy, checkS3Source } from './s3-actions.ts';
import { actionTrust, pipelineTrust } from './trust.ts';

type Check = (place: Place, checked: Checked) => Promise<readonly Finding[]>;

const checks: Readonly<Record<string, Check>> = {
  'Source/AWS/CodeStarSourceConnection/1': checkConnectionSource,
  'Source/AWS/S3/1': checkS3Source,
  'Build/AWS/CodeBuild/1': checkBuild,
  'Test/AWS/CodeBuild/1': checkBuild,
  'Approval/AWS/Manual/1': checkApproval,
  'Deploy/AWS/S3/1': checkS3Deploy,
  'Rule/AWS/VariableCheck/1': checkNothing,
  'Rule/AWS/DeploymentWindow/1': checkNothing,
  'Rule/AWS/CloudWatchAlarm/1': checkAlarm,
  'Rule/AWS/LambdaInvoke/1': checkFunction,
  'Rule/AWS/CodeBuild/1': checkBuild,
  'Rule/AWS/Commands/1': checkCommands,
};

/** Keys whose values may be anything that a key of an object may be. */
const examples = ['ObjectKey', 'S3ObjectKey'];
/** Keys whose values name what is looked at: with a variable in it only a run knows which. */
const names = [
  ...['ConnectionArn', 'FullRepositoryId', 'S3Bucket', 'ProjectName', 'ServiceRoleArnOverride', 'NotificationArn'],
  ...['BucketName', 'KMSEncryptionKeyARN', 'AlarmName', 'FunctionName'],
];

const noName = 'it names no one thing: no statement is printed that would allow more';

/** Looks at everything that a pipeline needs to run, once each, in the order of its stages. */
export async function examine(place: Place): Promise<readonly Finding[]> {
  const { pipeline } = place;
  if (!isPlain(pipeline.roleArn)) return [notChecked(`the role ${pipeline.roleArn}`, noName)];
  const findings = [...(await pipelineTrust(place, pipeline.roleArn, functionsOf(pipeline.stages)))];
  findings.push(...(await artifactBucket(place)));
  for (const stage of pipeline.stages)
    for (const action of workOf(stage))
      findings.push(...(await examineAction(place, `${stage.name}/${action.name}`, action)));
  return [...new Map(findings.map((found) => [found.what, found])).values()];
}

/** Everything that a stage has done: its actions, and the rules of its conditions. */
function workOf(stage: StageDeclaration): readonly ActionDeclaration[] {
  return [...stage.actions, ...conditionTypes.flatMap((type) => rulesOf(stage, type))];
}

/** The functions that assume the pipeline's role. What asks nobody needs none. */
function functionsOf(stages: readonly StageDeclaration[]): readonly string[] {
  const classes = stages.flatMap(workOf).flatMap(({ actionTypeId, configuration = {} }) => {
    const of = findActionType(actionTypeId)?.class;
    const isSilent =
      checks[typeName(actionTypeId)] === checkNothing ||
      (of === 'approval' && configuration['NotificationArn'] === undefined);
    return of === undefined || isSilent ? [] : [of];
  });
  return [...new Set(classes)].map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}FunctionRole`);
}

async function examineAction(place: Place, purpose: string, action: ActionDeclaration): Promise<readonly Finding[]> {
  const lacking = notCarriedOut(purpose, action);
  if (lacking.some(({ status }) => status === 'MISSING')) return lacking;
  if ((action.region ?? place.region) !== place.region)
    return [...lacking, notChecked(`${purpose} in the Region ${action.region}`, 'other Regions are not looked at yet')];
  return [...lacking, ...(await examineCarriedOut(place, action, purpose))];
}

async function examineCarriedOut(
  place: Place,
  action: ActionDeclaration,
  purpose: string,
): Promise<readonly Finding[]> {
  const { pipeline } = place;
  const role = action.roleArn ?? pipeline.roleArn;
  if (!isPlain(role)) return [notChecked(`${purpose}: the role ${role}`, noName)];
  const chained = role === pipeline.roleArn ? [] : await actionTrust(place, purpose, role);
  const check = checks[typeName(action.actionTypeId)];
  if (check === undefined)
    return [...chained, notChecked(purpose, `the doctor does not know ${typeName(action.actionTypeId)} yet`)];
  const given = Object.entries(action.configuration ?? {});
  const late = given.find(([key, value]) => names.includes(key) && references(value).length > 0);
  if (late !== undefined)
    return [...chained, notChecked(purpose, `only a run knows what ${late[0]} '${late[1]}' stands for`)];
  const odd = given.find(([key, value]) => names.includes(key) && !isPlain(value));
  if (odd !== undefined) return [...chained, notChecked(`${purpose}: ${odd[0]} '${odd[1]}'`, noName)];
  const configured = Object.fromEntries(
    given.map(([key, value]) => [key, examples.includes(key) ? replaceReferences(value, () => 'x') : value]),
  );
  return [...chained, ...(await check(place, { action, purpose, role, configured }))];
}
