import type { ActionType } from './action-type.ts';
import { buildProperties } from './action-types/build.ts';
import { awsType, count, day, hour, optional, required } from './action-types/parts.ts';
import { alarmStates, statesFault, waitTimeFault } from './rules/alarm-watch.ts';
import { cronFault, timeZoneFault } from './rules/deployment-window.ts';
import { operators } from './rules/variable-check.ts';

/** What every type of rule is: carried out as an action, and its time may be declared. */
const rule = { outputArtifacts: count(0), timeoutDeclarable: true, pipelineType: 'V2' } as const;

/** Rule/AWS/VariableCheck/1: a variable against a value. */
export const variableCheck: ActionType = {
  ...rule,
  id: awsType('Rule', 'VariableCheck'),
  class: 'rule',
  properties: [
    required('Variable', 'The variable that is checked.'),
    required('Value', 'What it is compared with.'),
    required('Operator', 'How it is compared; MATCHES takes a regular expression.', { values: operators }),
  ],
  inputArtifacts: count(0),
  timeoutInMinutes: hour,
};

/** Rule/AWS/DeploymentWindow/1: the next minute that an expression names. */
export const deploymentWindow: ActionType = {
  ...rule,
  id: awsType('Rule', 'DeploymentWindow'),
  class: 'rule',
  properties: [
    required('Cron', 'Seconds, minutes, hours, day of the month, month, day of the week, year.', { fault: cronFault }),
    optional('TimeZone', 'Such as Europe/Berlin or UTC+05:30; UTC when none is said.', { fault: timeZoneFault }),
  ],
  inputArtifacts: count(0),
  timeoutInMinutes: 7 * day,
};

/** Rule/AWS/CloudWatchAlarm/1: an alarm that is in none of the watched states. */
export const cloudWatchAlarm: ActionType = {
  ...rule,
  id: awsType('Rule', 'CloudWatchAlarm'),
  class: 'rule',
  properties: [
    required('AlarmName', 'The alarm.'),
    optional('AlarmStates', `States that do not pass: ${alarmStates.join(', ')}; ALARM when none is said.`, {
      fault: statesFault,
    }),
    optional('WaitTime', 'Minutes to wait for another state.', { fault: waitTimeFault }),
  ],
  inputArtifacts: count(0),
  timeoutInMinutes: 7 * day,
};

/** Rule/AWS/LambdaInvoke/1: a function, which answers by PutJobSuccessResult. */
export const lambdaInvokeRule: ActionType = {
  ...rule,
  id: awsType('Rule', 'LambdaInvoke'),
  class: 'rule',
  properties: [
    required('FunctionName', 'The name of the function.'),
    optional('UserParameters', 'A text that the function gets.'),
  ],
  inputArtifacts: count(0, 5),
  timeoutInMinutes: day,
};

/** Rule/AWS/CodeBuild/1: a build. */
export const codebuildRule: ActionType = {
  ...rule,
  id: awsType('Rule', 'CodeBuild'),
  class: 'build',
  properties: buildProperties,
  inputArtifacts: count(1, 5),
  timeoutInMinutes: 36 * hour,
};

/** Rule/AWS/Commands/1: shell commands in a container. */
export const commandsRule: ActionType = {
  ...rule,
  id: awsType('Rule', 'Commands'),
  class: 'build',
  properties: [],
  inputArtifacts: count(1, 10),
  timeoutInMinutes: 55,
  takes: ['commands'],
};

/** Every type of rule that CodePipeline has. */
export const ruleTypes: readonly ActionType[] = [
  lambdaInvokeRule,
  deploymentWindow,
  cloudWatchAlarm,
  variableCheck,
  codebuildRule,
  commandsRule,
];
