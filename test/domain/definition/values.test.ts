import { describe, expect, it } from 'vitest';
import { type ActionType, typeName } from '../../../functions/domain/action-type.ts';
import { carrier, findAmong } from '../../../functions/domain/action-types.ts';
import { actionTypes } from '../../../functions/domain/catalogue.ts';
import type { PipelineDeclaration } from '../../../functions/domain/declaration.ts';
import { breachesOf } from '../../../functions/domain/definition.ts';
import { ruleTypes } from '../../../functions/domain/rule-types.ts';
import { forge } from '../custom-type.ts';
import { home } from '../definitions.ts';
import { everyConfiguration, pipelineOf, withConfiguration, without } from '../every-type.ts';
import { typeId } from './other-type.ts';

const here = { ...home, region: 'us-east-1' };
const flags = ['true', 'false'];
const formats = ['CODE_ZIP', 'CODEBUILD_CLONE_REF'];
const builds = { BatchEnabled: flags, CombineArtifacts: flags };
const containers = { EnvironmentType: ['LINUX_CONTAINER', 'WINDOWS_SERVER_2022_CONTAINER'] };

/** The keys that take only some values (CodePipeline User Guide, "Action structure reference"). */
const values: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Source/AWS/CodeStarSourceConnection/1': { OutputArtifactFormat: formats, DetectChanges: flags },
  'Source/AWS/S3/1': { PollForSourceChanges: flags, AllowOverrideForS3ObjectKey: flags },
  'Source/AWS/CodeCommit/1': { PollForSourceChanges: flags, OutputArtifactFormat: formats },
  'Source/ThirdParty/GitHub/1': { PollForSourceChanges: flags },
  'Build/AWS/CodeBuild/1': builds,
  'Test/AWS/CodeBuild/1': builds,
  'Build/AWS/ECRBuildAndPublish/1': { RegistryType: ['private', 'public'] },
  'Build/AWS/Commands/1': containers,
  'Compute/AWS/Commands/1': containers,
  'Test/AWS/DeviceFarm/1': {
    AppType: ['iOS', 'Android', 'Web'],
    TestType: [
      ...[
        'APPIUM_JAVA_JUNIT',
        'APPIUM_JAVA_TESTNG',
        'APPIUM_PYTHON',
        'APPIUM_WEB_JAVA_JUNIT',
        'APPIUM_WEB_JAVA_TESTNG',
      ],
      ...['APPIUM_WEB_PYTHON', 'BUILTIN_EXPLORER', 'BUILTIN_FUZZ', 'CALABASH', 'INSTRUMENTATION', 'UIAUTOMATION'],
      ...['UIAUTOMATOR', 'XCTEST', 'XCTEST_UI'],
    ],
    RadioBluetoothEnabled: flags,
    RadioWifiEnabled: flags,
    RadioNfcEnabled: flags,
    RadioGpsEnabled: flags,
    RecordVideo: flags,
    RecordAppPerformanceData: flags,
    UnmeteredDevicesOnly: flags,
  },
  'Deploy/AWS/S3/1': {
    Extract: flags,
    CannedACL: [
      ...['private', 'public-read', 'public-read-write', 'authenticated-read', 'aws-exec-read'],
      ...['bucket-owner-read', 'bucket-owner-full-control'],
    ],
  },
  'Deploy/AWS/CloudFormation/1': {
    ActionMode: ['CREATE_UPDATE', 'REPLACE_ON_FAILURE', 'DELETE_ONLY', 'CHANGE_SET_REPLACE', 'CHANGE_SET_EXECUTE'],
  },
  'Deploy/AWS/CloudFormationStackSet/1': {
    PermissionModel: ['SELF_MANAGED', 'SERVICE_MANAGED'],
    OrganizationsAutoDeployment: ['Enabled', 'Disabled', 'EnabledWithStackRetention'],
  },
  'Deploy/AWS/EC2/1': { InstanceType: ['EC2', 'SSM_MANAGED_NODE'] },
  'Invoke/AWS/StepFunctions/1': { InputType: ['Literal', 'FilePath'] },
  'Invoke/AWS/InspectorScan/1': { InspectorRunMode: ['SourceCodeScan', 'ECRImageScan'] },
};

const rows = Object.entries(values).flatMap(([type, keys]) =>
  Object.entries(keys).map(([key, all]) => ({ type, key, all })),
);

/** The pipeline of a type with another value of a key. */
const given = (type: string, key: string, value: string) =>
  withConfiguration(pipelineOf(type), { ...everyConfiguration[type], [key]: value });

const told = (definition: PipelineDeclaration) =>
  [...breachesOf(definition, here)].map(({ refusal }) => refusal.message).filter((each) => each.includes('one of:'));

describe('a key with a list of values', () => {
  it.each(rows)('takes each of $key of $type, and no other', ({ type, key, all }) => {
    for (const value of all) expect(told(given(type, key, value))).toEqual([]);
    expect(told(given(type, key, 'Other'))).toEqual([
      `The configuration '${key}' of action 'Act' is 'Other'. It must be one of: ${all.join(', ')}.`,
    ]);
  });

  it('is each that has one', () => {
    const found = actionTypes.flatMap(({ id, properties }) =>
      properties.flatMap((property) => (property.values ? [`${typeName(id)} ${property.name}`] : [])),
    );

    expect(found.sort()).toEqual(rows.map(({ type, key }) => `${type} ${key}`).sort());
  });
});

describe('an application that is tested', () => {
  it.each([
    ['iOS', true],
    ['Android', true],
    ['Web', false],
  ])('needs a file for %s: %j', (AppType, needs) => {
    const definition = without(given('Test/AWS/DeviceFarm/1', 'AppType', AppType), 'App');

    const found = [...breachesOf(definition, here)].some(({ refusal }) => refusal.message.includes("'App'"));

    expect(found).toBe(needs);
  });
});

describe('what is known of types', () => {
  const named = (types: readonly ActionType[], member: (type: ActionType) => unknown) =>
    Object.fromEntries(types.map((type) => [typeName(type.id), member(type)]).filter(([, value]) => value));

  it('is who carries them out, as far as Sluice does', () => {
    expect(named([...actionTypes, ...ruleTypes], (type) => type.class)).toEqual({
      'Source/AWS/CodeStarSourceConnection/1': 'git',
      'Source/AWS/S3/1': 's3',
      'Build/AWS/CodeBuild/1': 'build',
      'Test/AWS/CodeBuild/1': 'build',
      'Approval/AWS/Manual/1': 'approval',
      'Deploy/AWS/S3/1': 's3',
      'Rule/AWS/LambdaInvoke/1': 'rule',
      'Rule/AWS/DeploymentWindow/1': 'rule',
      'Rule/AWS/CloudWatchAlarm/1': 'rule',
      'Rule/AWS/VariableCheck/1': 'rule',
      'Rule/AWS/CodeBuild/1': 'build',
      'Rule/AWS/Commands/1': 'build',
    });
  });

  it('is how many minutes a rule may take', () => {
    expect(named(ruleTypes, (type) => type.timeoutInMinutes)).toEqual({
      'Rule/AWS/LambdaInvoke/1': 24 * 60,
      'Rule/AWS/DeploymentWindow/1': 7 * 24 * 60,
      'Rule/AWS/CloudWatchAlarm/1': 7 * 24 * 60,
      'Rule/AWS/VariableCheck/1': 60,
      'Rule/AWS/CodeBuild/1': 36 * 60,
      'Rule/AWS/Commands/1': 55,
    });
  });

  it('is which need a pipeline of type V2', () => {
    expect(Object.keys(named(actionTypes, (type) => type.pipelineType)).sort()).toEqual([
      'Build/AWS/Commands/1',
      'Build/AWS/ECRBuildAndPublish/1',
      'Compute/AWS/Commands/1',
      'Deploy/AWS/EC2/1',
      'Deploy/AWS/EKS/1',
      'Deploy/AWS/Lambda/1',
      'Invoke/AWS/CodePipeline/1',
      'Invoke/AWS/InspectorScan/1',
    ]);
  });

  it('is which take commands and other rare members', () => {
    const ofCommands = ['commands', 'outputVariables', 'environmentVariables', 'files'];

    expect(named([...actionTypes, ...ruleTypes], (type) => type.takes)).toEqual({
      'Build/AWS/Commands/1': ofCommands,
      'Compute/AWS/Commands/1': ofCommands,
      'Deploy/AWS/EKS/1': ['environmentVariables'],
      'Rule/AWS/Commands/1': ['commands'],
    });
  });

  it('is which of their keys are secret', () => {
    const secrets = named(actionTypes, ({ properties }) =>
      properties
        .filter(({ secret }) => secret)
        .map(({ name }) => name)
        .join(),
    );

    expect(secrets).toEqual({
      'Source/ThirdParty/GitHub/1': 'OAuthToken',
      'Deploy/ThirdParty/AlexaSkillsKit/1': 'ClientSecret,RefreshToken',
    });
  });

  it('is of a custom type what its author has said', () => {
    const found = findAmong([forge])(typeId('Build/Custom/Forge/1'));

    expect(found).toEqual({
      id: forge.id,
      class: 'job',
      properties: [
        { name: 'Project', required: true, secret: false, queryable: true, description: 'The project.' },
        { name: 'Token', required: false, secret: true, queryable: false, description: '' },
      ],
      inputArtifacts: { minimum: 0, maximum: 2 },
      outputArtifacts: { minimum: 0, maximum: 1 },
      timeoutInMinutes: 24 * 60,
    });
  });

  it('has what nobody carries out go to the function that may do least', () => {
    expect(carrier(typeId('Deploy/AWS/ECS/1'))).toEqual({ class: 'approval', timeoutInMinutes: 60 });
    expect(carrier(typeId('Build/Custom/Forge/1'))).toEqual({ class: 'job', timeoutInMinutes: 24 * 60 });
    expect(() => carrier(typeId('Deploy/AWS/ECS/2'))).toThrow('There is no action type Deploy/AWS/ECS/2.');
  });
});
