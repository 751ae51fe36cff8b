import type { ActionType } from '../action-type.ts';
import { awsType, count, flag, hour, optional, required, requiredWhen } from './parts.ts';

const buildMinutes = 36 * hour;
const testMinutes = 8 * hour;

/** What builds of actions and of rules take alike. */
export const buildProperties = [
  required('ProjectName', 'The build project.'),
  optional('PrimarySource', 'The input artifact that holds the buildspec, when there are several.'),
  flag('BatchEnabled', 'Whether to start a batch build.'),
  flag('CombineArtifacts', 'Whether a batch has one output artifact.'),
  optional('EnvironmentVariables', 'A JSON array of {name, value, type}.'),
] as const;

const codebuild = {
  class: 'build',
  properties: [
    ...buildProperties,
    optional('BuildspecOverride', 'A buildspec, or its path in the primary source.'),
    optional('ServiceRoleArnOverride', 'The role of the build.'),
  ],
  inputArtifacts: count(1, 5),
  outputArtifacts: count(0, 5),
} as const satisfies Partial<ActionType>;

/** Build/AWS/CodeBuild/1. */
export const codebuildBuild: ActionType = {
  ...codebuild,
  id: awsType('Build', 'CodeBuild'),
  timeoutInMinutes: buildMinutes,
};

/** Test/AWS/CodeBuild/1. */
export const codebuildTest: ActionType = {
  ...codebuild,
  id: awsType('Test', 'CodeBuild'),
  timeoutInMinutes: testMinutes,
};

/** Build/AWS/ECRBuildAndPublish/1: an image, built and pushed. */
export const ecrBuildAndPublish: ActionType = {
  id: awsType('Build', 'ECRBuildAndPublish'),
  properties: [
    required('ECRRepositoryName', 'The repository; of a public one its alias and name.'),
    optional('DockerFilePath', 'The folder of the Dockerfile in the artifact.'),
    optional('ImageTags', 'Tags, separated by commas; latest when none is.'),
    optional('RegistryType', 'private, or public.', { values: ['private', 'public'] }),
  ],
  inputArtifacts: count(1),
  outputArtifacts: count(0),
  timeoutInMinutes: hour,
  pipelineType: 'V2',
};

const containers = ['LINUX_CONTAINER', 'WINDOWS_SERVER_2022_CONTAINER'];

/** Compute/AWS/Commands/1: shell commands in a container. */
export const commandsCompute: ActionType = {
  id: awsType('Compute', 'Commands'),
  properties: [
    optional('EnvironmentType', 'The container; Linux when none is said.', { values: containers }),
    optional('ComputeType', 'The size of the container, such as BUILD_GENERAL1_SMALL.'),
    optional('VpcId', 'The VPC that the commands reach.'),
    optional('Subnets', 'Subnets of the VPC, separated by commas.'),
    optional('SecurityGroupIds', 'Security groups of the VPC, separated by commas.'),
  ],
  inputArtifacts: count(1, 10),
  outputArtifacts: count(0, 1),
  timeoutInMinutes: 55,
  pipelineType: 'V2',
  takes: ['commands', 'outputVariables', 'environmentVariables', 'files'],
};

/** Build/AWS/Commands/1: the same under the category Build, which CodePipeline takes too. */
export const commandsBuild: ActionType = { ...commandsCompute, id: awsType('Build', 'Commands') };

const applications = ['iOS', 'Android', 'Web'];
const tests = [
  ...['APPIUM_JAVA_JUNIT', 'APPIUM_JAVA_TESTNG', 'APPIUM_PYTHON', 'APPIUM_WEB_JAVA_JUNIT', 'APPIUM_WEB_JAVA_TESTNG'],
  ...['APPIUM_WEB_PYTHON', 'BUILTIN_EXPLORER', 'BUILTIN_FUZZ', 'CALABASH', 'INSTRUMENTATION', 'UIAUTOMATION'],
  ...['UIAUTOMATOR', 'XCTEST', 'XCTEST_UI'],
];

/** Test/AWS/DeviceFarm/1: an application on devices. */
export const deviceFarmTest: ActionType = {
  id: awsType('Test', 'DeviceFarm'),
  properties: [
    required('AppType', 'What the application runs on.', { values: applications }),
    required('ProjectId', 'The project: what follows projects/ in its ARN.'),
    requiredWhen('AppType', ['iOS', 'Android'], 'App', 'The file of the application in the artifact.'),
    required('DevicePoolArn', 'The devices.'),
    required('TestType', 'The kind of test.', { values: tests }),
    optional('Test', 'The file of the tests in the artifact.'),
    optional('AppiumVersion', 'The version of Appium; it does not count.'),
    optional('FuzzEventCount', 'How many events a fuzz test makes: 1 to 10,000.'),
    optional('FuzzEventThrottle', 'Milliseconds between the events of a fuzz test: 1 to 1,000.'),
    optional('FuzzRandomizerSeed', 'The seed of a fuzz test.'),
    flag('RadioBluetoothEnabled', 'Whether Bluetooth is on.'),
    flag('RadioWifiEnabled', 'Whether Wi-Fi is on.'),
    flag('RadioNfcEnabled', 'Whether NFC is on.'),
    flag('RadioGpsEnabled', 'Whether GPS is on.'),
    flag('RecordVideo', 'Whether a video is kept.'),
    flag('RecordAppPerformanceData', 'Whether processor, frames and memory are kept.'),
    flag('UnmeteredDevicesOnly', 'Whether only unmetered devices are used.'),
    optional('CustomHostMachineArtifacts', 'Where the host puts files to keep.'),
    optional('CustomDeviceArtifacts', 'Where the device puts files to keep.'),
    optional('JobTimeoutMinutes', 'How long a test runs on one device.'),
    optional('Latitude', 'Where the device takes itself to be, in degrees.'),
    optional('Longitude', 'Where the device takes itself to be, in degrees.'),
  ],
  inputArtifacts: count(1),
  outputArtifacts: count(0),
  timeoutInMinutes: testMinutes,
};
