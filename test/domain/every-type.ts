import { findActionType } from '../../functions/domain/action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { typeId } from './definition/other-type.ts';
import { approval, pipeline, source, stage } from './definitions.ts';

type More = Pick<ActionDeclaration, 'commands' | 'outputVariables' | 'environmentVariables'>;

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const build = {
  ProjectName: 'shop-build',
  PrimarySource: 'In1',
  BatchEnabled: 'true',
  CombineArtifacts: 'false',
  EnvironmentVariables: '[{"name":"RUN","value":"#{codepipeline.PipelineExecutionId}","type":"PLAINTEXT"}]',
  BuildspecOverride: 'ci/buildspec.yml',
  ServiceRoleArnOverride: role('shop-build'),
};
const commands = {
  EnvironmentType: 'LINUX_CONTAINER',
  ComputeType: 'BUILD_GENERAL1_MEDIUM',
  VpcId: 'vpc-1',
  Subnets: 'subnet-1,subnet-2',
  SecurityGroupIds: 'sg-1',
};
const pace = { FailureTolerancePercentage: '20', MaxConcurrentPercentage: '25' };
const deployment = { ApplicationName: 'shop', DeploymentGroupName: 'shop-blue' };
const images = [1, 2, 3, 4].flatMap((number) => [
  [`Image${number}ArtifactName`, 'In1'],
  [`Image${number}ContainerName`, `IMAGE${number}_NAME`],
]);

/** Each action type of CodePipeline with a configuration that has each of its keys, or as many as go together. */
export const everyConfiguration: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Source/AWS/CodeStarSourceConnection/1': {
    ConnectionArn: 'arn:aws:codeconnections:us-east-1:111122223333:connection/1',
    FullRepositoryId: 'acme/shop',
    BranchName: 'main',
    OutputArtifactFormat: 'CODEBUILD_CLONE_REF',
    DetectChanges: 'false',
  },
  'Source/AWS/S3/1': {
    S3Bucket: 'acme-drop',
    S3ObjectKey: 'shop/app.zip',
    PollForSourceChanges: 'false',
    AllowOverrideForS3ObjectKey: 'true',
  },
  'Source/AWS/CodeCommit/1': {
    RepositoryName: 'shop',
    BranchName: 'main',
    PollForSourceChanges: 'false',
    OutputArtifactFormat: 'CODEBUILD_CLONE_REF',
  },
  'Source/AWS/ECR/1': { RepositoryName: 'acme/shop', ImageTag: 'stable' },
  'Source/ThirdParty/GitHub/1': {
    Owner: 'acme',
    Repo: 'shop',
    Branch: 'main',
    OAuthToken: 'a-token',
    PollForSourceChanges: 'false',
  },
  'Build/AWS/CodeBuild/1': build,
  'Test/AWS/CodeBuild/1': build,
  'Build/AWS/ECRBuildAndPublish/1': {
    ECRRepositoryName: 'acme/shop',
    DockerFilePath: 'docker',
    ImageTags: 'stable,#{codepipeline.PipelineExecutionId}',
    RegistryType: 'private',
  },
  'Build/AWS/Commands/1': commands,
  'Compute/AWS/Commands/1': commands,
  'Test/AWS/DeviceFarm/1': {
    AppType: 'Android',
    ProjectId: '0f0f0f0f-0000-4000-8000-000000000001',
    App: 'shop.apk',
    DevicePoolArn: 'arn:aws:devicefarm:us-west-2:111122223333:devicepool:1',
    TestType: 'BUILTIN_FUZZ',
    Test: 'tests.zip',
    AppiumVersion: '2.0',
    FuzzEventCount: '6000',
    FuzzEventThrottle: '50',
    FuzzRandomizerSeed: '7',
    RadioBluetoothEnabled: 'true',
    RadioWifiEnabled: 'true',
    RadioNfcEnabled: 'false',
    RadioGpsEnabled: 'false',
    RecordVideo: 'true',
    RecordAppPerformanceData: 'true',
    UnmeteredDevicesOnly: 'false',
    CustomHostMachineArtifacts: '$WORKING_DIRECTORY',
    CustomDeviceArtifacts: '/sdcard/shop',
    JobTimeoutMinutes: '30',
    Latitude: '52.5',
    Longitude: '13.4',
  },
  'Test/ThirdParty/BlazeMeter/1': { Whatever: 'it-asks-for' },
  'Test/ThirdParty/GhostInspector/1': {},
  'Test/ThirdParty/MFStormRunner/1': {},
  'Test/ThirdParty/Nouvola/1': {},
  'Test/ThirdParty/Runscope/1': {},
  'Approval/AWS/Manual/1': {
    NotificationArn: 'arn:aws:sns:us-east-1:111122223333:reviewers',
    CustomData: 'Version #{codepipeline.PipelineExecutionId}',
    ExternalEntityLink: 'https://shop.example/preview',
  },
  'Deploy/AWS/S3/1': {
    BucketName: 'acme-shop',
    Extract: 'false',
    ObjectKey: 'releases/{datetime}.zip',
    CannedACL: 'bucket-owner-full-control',
    CacheControl: 'public, max-age=60',
    KMSEncryptionKeyARN: 'arn:aws:kms:us-east-1:111122223333:key/1',
  },
  'Deploy/AWS/CloudFormation/1': {
    ActionMode: 'CHANGE_SET_REPLACE',
    StackName: 'shop',
    ChangeSetName: 'next',
    TemplatePath: 'In1::packaged.yml',
    RoleArn: role('shop-stack'),
    Capabilities: 'CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND',
    TemplateConfiguration: 'In1::prod.json',
    ParameterOverrides: '{"Stage":"prod","Tag":{"Fn::GetParam":["In1","build.json","tag"]}}',
    OutputFileName: 'outputs.json',
  },
  'Deploy/AWS/CloudFormationStackSet/1': {
    StackSetName: 'guard',
    TemplatePath: 'In1::guard.yml',
    Description: 'What every account has',
    Parameters: 'ParameterKey=Stage,ParameterValue=prod',
    Capabilities: 'CAPABILITY_IAM,CAPABILITY_NAMED_IAM',
    PermissionModel: 'SELF_MANAGED',
    AdministrationRoleArn: role('administration'),
    ExecutionRoleName: 'execution',
    OrganizationsAutoDeployment: 'Disabled',
    DeploymentTargets: '111111111111,222222222222',
    Regions: 'us-east-1,eu-west-1',
    ...pace,
  },
  'Deploy/AWS/CloudFormationStackInstances/1': {
    StackSetName: 'guard',
    DeploymentTargets: 'In1::accounts.json',
    Regions: 'us-east-1,eu-west-1',
    ParameterOverrides: 'ParameterKey=Stage,ParameterValue=prod',
    ...pace,
  },
  'Deploy/AWS/CodeDeploy/1': deployment,
  'Deploy/AWS/CodeDeployToECS/1': {
    ...deployment,
    TaskDefinitionTemplateArtifact: 'In1',
    TaskDefinitionTemplatePath: 'ecs/task.json',
    AppSpecTemplateArtifact: 'In1',
    AppSpecTemplatePath: 'ecs/appspec.yaml',
    ...Object.fromEntries(images),
  },
  'Deploy/AWS/ECS/1': { ClusterName: 'shop', ServiceName: 'web', FileName: 'images.json', DeploymentTimeout: '15' },
  'Deploy/AWS/EC2/1': {
    InstanceTagKey: 'Role',
    InstanceTagValue: 'web',
    InstanceType: 'EC2',
    TargetDirectory: '/srv/shop',
    PreScript: 'scripts/stop.sh',
    PostScript: 'scripts/start.sh',
    MaxBatch: '25%',
    MaxError: '1',
    TargetGroupNameList: 'web-1,web-2',
  },
  'Deploy/AWS/EKS/1': {
    ClusterName: 'shop',
    HelmReleaseName: 'web',
    HelmChartLocation: 'charts/web',
    HelmValuesFiles: 'values.yaml,prod.yaml',
    Namespace: 'shop',
    Subnets: 'subnet-1',
    SecurityGroupIds: 'sg-1',
  },
  'Deploy/AWS/Lambda/1': {
    FunctionName: 'shop',
    FunctionAlias: 'live',
    PublishedTargetVersion: '7',
    DeployStrategy: 'Canary10Percent5Minutes',
    Alarms: 'errors,latency',
  },
  'Deploy/AWS/ElasticBeanstalk/1': { ApplicationName: 'shop', EnvironmentName: 'shop-prod' },
  'Deploy/AWS/AppConfig/1': {
    Application: 'abc1234',
    Environment: 'def1234',
    ConfigurationProfile: 'ghi1234',
    InputArtifactConfigurationPath: 'flags.json',
    DeploymentStrategy: 'jkl1234',
  },
  'Deploy/AWS/ServiceCatalog/1': {
    ProductId: 'prod-1',
    TemplateFilePath: 'product.yml',
    ProductVersionName: 'v2',
    ProductType: 'CLOUD_FORMATION_TEMPLATE',
    ProductVersionDescription: 'With a queue',
  },
  'Deploy/AWS/OpsWorks/1': { Stack: 'stack-1', App: 'app-1', Layer: 'layer-1', DeploymentType: 'deploy_app' },
  'Deploy/ThirdParty/AlexaSkillsKit/1': {
    ClientId: 'client',
    ClientSecret: 'a-secret',
    RefreshToken: 'another-secret',
    SkillId: 'amzn1.ask.skill.1',
  },
  'Invoke/AWS/Lambda/1': { FunctionName: 'smoke-test', UserParameters: '{"stage":"prod"}' },
  'Invoke/AWS/StepFunctions/1': {
    StateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:check',
    ExecutionNamePrefix: 'shop',
    InputType: 'FilePath',
    Input: 'check/input.json',
  },
  'Invoke/AWS/CodePipeline/1': {
    PipelineName: 'shop-docs',
    SourceRevisions: '[{"actionName":"Fetch","revisionType":"COMMIT_ID","revisionValue":"c0ffee"}]',
    Variables: '[{"name":"Stage","value":"prod"}]',
  },
  'Invoke/AWS/InspectorScan/1': {
    InspectorRunMode: 'ECRImageScan',
    ECRRepositoryName: 'acme/shop',
    ImageTag: 'stable',
    CriticalThreshold: '0',
    HighThreshold: '0',
    MediumThreshold: '10',
    LowThreshold: '100',
  },
  'Invoke/ThirdParty/Snyk/1': { Organization: 'acme' },
};

const taken: Readonly<Record<string, More>> = {
  commands: {
    commands: ['npm ci', 'npm test -- --run #{codepipeline.PipelineExecutionId}'],
    outputVariables: ['VERSION'],
    environmentVariables: [
      { name: 'STAGE', value: 'prod', type: 'PLAINTEXT' },
      { name: 'TOKEN', value: 'shop/token:key', type: 'SECRETS_MANAGER' },
    ],
  },
  environmentVariables: { environmentVariables: [{ name: 'TAG', value: '#{codepipeline.PipelineExecutionId}' }] },
};

/** A pipeline with an action of a type of CodePipeline, which has all that such an action can have. */
export function pipelineOf(type: string): PipelineDeclaration {
  const actionTypeId = typeId(type);
  const found = findActionType(actionTypeId);
  if (!found) throw new Error(`There is no type ${type}.`);
  const { inputArtifacts, outputArtifacts, takes = [], timeoutDeclarable } = found;
  const inputs = Array.from({ length: inputArtifacts.maximum }, (_, index) => ({ name: `In${index + 1}` }));
  const outputs = Array.from({ length: outputArtifacts.maximum }, (_, index) => ({
    name: `Out${index + 1}`,
    ...(takes.includes('files') ? { files: ['dist/**/*', 'report.xml'] } : {}),
  }));
  const action: ActionDeclaration = {
    name: 'Act',
    actionTypeId,
    runOrder: 3,
    namespace: 'Acted',
    configuration: everyConfiguration[type] ?? {},
    inputArtifacts: inputs,
    outputArtifacts: outputs,
    ...taken[takes[0] ?? ''],
    ...(timeoutDeclarable ? { timeoutInMinutes: 60 } : {}),
    ...(actionTypeId.owner === 'AWS' ? { roleArn: role('shop-act') } : {}),
  };
  const sources = inputs.map(({ name }) => source(name, { outputArtifacts: [{ name }] }));
  const isSource = actionTypeId.category === 'Source';
  const first = isSource ? [action] : sources.length > 0 ? sources : [source()];
  return pipeline([], {
    name: 'shop',
    roleArn: role('shop'),
    pipelineType: 'V2',
    stages: [stage('Source', ...first), stage('Then', isSource ? approval() : action)],
  });
}

function change(given: PipelineDeclaration, configuration: (now: Readonly<Record<string, string>>) => object) {
  const stages = given.stages.map((each) => ({
    ...each,
    actions: each.actions.map((action) =>
      action.name === 'Act' ? { ...action, configuration: { ...configuration(action.configuration ?? {}) } } : action,
    ),
  }));
  return { ...given, stages } as PipelineDeclaration;
}

/** A pipeline of `pipelineOf` whose action has another configuration. */
export function withConfiguration(given: PipelineDeclaration, configuration: Readonly<Record<string, string>>) {
  return change(given, () => configuration);
}

/** A pipeline of `pipelineOf` whose action lacks a key. */
export function without(given: PipelineDeclaration, key: string) {
  return change(given, (now) => Object.fromEntries(Object.entries(now).filter(([name]) => name !== key)));
}
