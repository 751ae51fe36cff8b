import type { ActionType } from '../action-type.ts';
import { awsType, count, day, optional, required, requiredWhen } from './parts.ts';

const stackModes = ['CREATE_UPDATE', 'REPLACE_ON_FAILURE'];
const changeSetModes = ['CHANGE_SET_REPLACE', 'CHANGE_SET_EXECUTE'];

/** Deploy/AWS/CloudFormation/1: a stack, or a change set of one. */
export const cloudFormationDeploy: ActionType = {
  id: awsType('Deploy', 'CloudFormation'),
  properties: [
    required('ActionMode', 'What is done.', { values: [...stackModes, 'DELETE_ONLY', ...changeSetModes] }),
    required('StackName', 'The stack.'),
    requiredWhen('ActionMode', changeSetModes, 'ChangeSetName', 'The change set.'),
    requiredWhen(
      'ActionMode',
      [...stackModes, 'CHANGE_SET_REPLACE'],
      'TemplatePath',
      'The template, as artifact::file.',
    ),
    // The action reference demands it in most modes; CodePipeline takes definitions without it.
    optional('RoleArn', 'The role that CloudFormation works with.'),
    optional('Capabilities', 'What the template may do, such as CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND.'),
    optional('TemplateConfiguration', 'Parameters, tags and a policy, as artifact::file.'),
    optional('ParameterOverrides', 'Parameters, as a JSON object.'),
    optional('OutputFileName', 'The file of the output artifact that gets the outputs of the stack.'),
  ],
  inputArtifacts: count(0, 10),
  outputArtifacts: count(0, 1),
  timeoutInMinutes: 3 * day,
};

const pace = [
  optional('FailureTolerancePercentage', 'Of how many accounts in a Region it may fail.'),
  optional('MaxConcurrentPercentage', 'In how many accounts at once.'),
];
const autoDeployment = ['Enabled', 'Disabled', 'EnabledWithStackRetention'];

/** Deploy/AWS/CloudFormationStackSet/1: a stack set, with its instances. */
export const stackSetDeploy: ActionType = {
  id: awsType('Deploy', 'CloudFormationStackSet'),
  properties: [
    required('StackSetName', 'The stack set.'),
    required('TemplatePath', 'The template, as artifact::file.'),
    optional('Description', 'What the stack set is.'),
    optional('Parameters', 'Parameters, or artifact::file.'),
    optional('Capabilities', 'What the template may do, such as CAPABILITY_IAM.'),
    optional('PermissionModel', 'Whose roles are used.', { values: ['SELF_MANAGED', 'SERVICE_MANAGED'] }),
    optional('AdministrationRoleArn', 'The role that administers, if self-managed.'),
    optional('ExecutionRoleName', 'The role in the accounts, if self-managed.'),
    optional('OrganizationsAutoDeployment', 'Whether new accounts get it, if service-managed.', {
      values: autoDeployment,
    }),
    requiredWhen('Regions', 'present', 'DeploymentTargets', 'Accounts or organizational units, or artifact::file.'),
    requiredWhen('DeploymentTargets', 'present', 'Regions', 'Regions in their order, separated by commas.'),
    ...pace,
  ],
  inputArtifacts: count(1, 3),
  outputArtifacts: count(0),
  timeoutInMinutes: 3 * day,
};

/** Deploy/AWS/CloudFormationStackInstances/1: instances of a stack set that is there. */
export const stackInstancesDeploy: ActionType = {
  id: awsType('Deploy', 'CloudFormationStackInstances'),
  properties: [
    required('StackSetName', 'The stack set.'),
    required('DeploymentTargets', 'Accounts or organizational units, or artifact::file.'),
    required('Regions', 'Regions in their order, separated by commas.'),
    optional('ParameterOverrides', 'Parameters, or artifact::file.'),
    ...pace,
  ],
  inputArtifacts: count(0, 2),
  outputArtifacts: count(0),
  timeoutInMinutes: 3 * day,
};
