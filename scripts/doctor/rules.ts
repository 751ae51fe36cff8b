import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { inputsOf, mayUseArtifacts } from './artifacts.ts';
import { mayBuild, mayLogTo, mayPass } from './builds.ts';
import type { Checked } from './checked.ts';
import { CannotLook, type Finding, lookingAt, missing, ok } from './finding.ts';
import { type Place, physicalId } from './place.ts';
import { mayDo } from './rights.ts';
import { buildTrust } from './trust.ts';

/** Rules VariableCheck and DeploymentWindow ask nobody. */
export async function checkNothing(): Promise<readonly Finding[]> {
  return [];
}

/** Rule CloudWatchAlarm: the alarm, and that the role sees it. */
export async function checkAlarm(place: Place, { purpose, role, configured }: Checked): Promise<readonly Finding[]> {
  const { AlarmName: name = '' } = configured;
  const what = `the alarm ${name} is there`;
  const found = await lookingAt(what, async () => {
    const asked = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] });
    const client = new CloudWatchClient(place.account.options);
    const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(asked);
    if (MetricAlarms.length + CompositeAlarms.length > 0) return ok(what);
    const why = `CloudWatch has no alarm ${name} in ${place.region}`;
    return missing(what, why, { do: `Make it, or name another in AlarmName of the rule ${purpose}.` });
  });
  // It asks for alarms of alarms too, which a narrower statement does not show (CloudWatch API Reference, DescribeAlarms).
  const on = [`arn:${place.partition}:cloudwatch:${place.region}:${place.accountId}:alarm:*`];
  const actions = ['cloudwatch:DescribeAlarms'];
  return [...found, ...(await mayDo(place, { purpose, role, actions, on, grant: '*' }))];
}

/** Rule LambdaInvoke: the function, that the role may invoke it, and that the function may answer its job. */
export async function checkFunction(
  place: Place,
  { action, purpose, role, configured }: Checked,
): Promise<readonly Finding[]> {
  const { FunctionName: name = '' } = configured;
  const arn = `arn:${place.partition}:lambda:${place.region}:${place.accountId}:function:${name}`;
  const what = `the function ${name} is there`;
  const found = await lookingAt(what, async () => {
    const own = await roleOf(place, name);
    if (own !== undefined) return [ok(what), ...(await mayAnswer(place, `${purpose}, its function`, own))];
    const why = `Lambda has no function ${name} in ${place.region}`;
    return missing(what, why, { do: `Make it, or name another in FunctionName of the rule ${purpose}.` });
  });
  return [
    ...found,
    ...(await mayDo(place, { purpose, role, actions: ['lambda:InvokeFunction'], on: [arn] })),
    ...(await mayUseArtifacts(place, { purpose, role, reads: inputsOf(action), writes: [] })),
  ];
}

/** The role of a function; undefined when there is none of this name. */
async function roleOf({ account }: Place, FunctionName: string): Promise<string | undefined> {
  try {
    const { Role } = await new LambdaClient(account.options).send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    if (Role === undefined) throw new CannotLook(`Lambda does not say the role of ${FunctionName}.`);
    return Role;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Who has a job answers it at Sluice's API. */
async function mayAnswer(place: Place, purpose: string, role: string): Promise<readonly Finding[]> {
  const { partition, region, accountId } = place;
  const api = await physicalId(place, 'Api');
  const on = ['PutJobSuccessResult', 'PutJobFailureResult'].map(
    (operation) => `arn:${partition}:execute-api:${region}:${accountId}:${api}/$default/POST/${operation}`,
  );
  return mayDo(place, { purpose, role, actions: ['execute-api:Invoke'], on });
}

/** Rule Commands: a build on Sluice's own project, as the role that starts it. */
export async function checkCommands(place: Place, { action, purpose, role }: Checked): Promise<readonly Finding[]> {
  const project = place.outputs['CommandsProjectArn'] ?? '';
  const commands = `${purpose}, its commands`;
  return [
    ...(await mayBuild(place, { purpose, role, project })),
    ...(await mayPass(place, { purpose, role, passed: role })),
    ...(await buildTrust(place, role, project)),
    ...(await mayUseArtifacts(place, { purpose: commands, role, reads: inputsOf(action), writes: [] })),
    ...(await mayLogTo(place, { purpose: commands, role, group: `/aws/codepipeline/${place.pipeline.name}` })),
  ];
}
