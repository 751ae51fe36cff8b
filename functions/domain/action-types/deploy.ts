import type { ActionType } from '../action-type.ts';
import { awsType, count, day, hour, optional, required, requiredWhen } from './parts.ts';

/** The canned ACLs that an S3 deploy may set (action reference of the S3 deploy action). */
export const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;

const takesOne = { inputArtifacts: count(1), outputArtifacts: count(0) };

/** Deploy/AWS/S3/1: an artifact, or the files in it, into a bucket. */
export const s3Deploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'S3'),
  class: 's3',
  properties: [
    required('BucketName', 'The bucket to deploy to.'),
    required('Extract', 'true: each file of the artifact; false: the artifact as it is.', {
      values: ['true', 'false'],
    }),
    requiredWhen(
      'Extract',
      ['false'],
      'ObjectKey',
      'The key, or with Extract the folder. {datetime} and {uuid} are replaced.',
    ),
    optional('CannedACL', 'The canned ACL of what is deployed.', { values: cannedAcls }),
    optional('CacheControl', 'The Cache-Control header of what is deployed.'),
    optional('KMSEncryptionKeyARN', 'The key that encrypts what is deployed.'),
  ],
  timeoutInMinutes: 90,
};

/** Deploy/AWS/EC2/1: files and scripts onto instances. */
export const ec2Deploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'EC2'),
  properties: [
    required('InstanceTagKey', 'The tag of the instances.'),
    optional('InstanceTagValue', 'The value of the tag; any when none is said.'),
    required('InstanceType', 'Instances of EC2, or managed nodes.', { values: ['EC2', 'SSM_MANAGED_NODE'] }),
    optional('DeploySpec', 'A file in the artifact that says what is done; instead of scripts.'),
    requiredWhen('DeploySpec', 'absent', 'TargetDirectory', 'The folder on the instance.'),
    optional('PreScript', 'A script in the artifact that runs before the files are copied.'),
    requiredWhen(
      'DeploySpec',
      'absent',
      'PostScript',
      'A script in the artifact that runs after the files are copied.',
    ),
    optional('MaxBatch', 'How many instances at once, or which share of them: 3, or 25%.'),
    optional('MaxError', 'How many instances may fail, or which share of them.'),
    optional('TargetGroupNameList', 'Target groups that the instances leave meanwhile, separated by commas.'),
  ],
  timeoutInMinutes: hour,
  pipelineType: 'V2',
};

/** Deploy/AWS/EKS/1: manifests or a chart into a cluster. */
export const eksDeploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'EKS'),
  properties: [
    required('ClusterName', 'The cluster.'),
    optional('HelmReleaseName', 'The release of a chart.'),
    requiredWhen('HelmReleaseName', 'present', 'HelmChartLocation', 'The chart in the artifact.'),
    optional('HelmValuesFiles', 'Files of values in the artifact, separated by commas.'),
    requiredWhen('HelmReleaseName', 'absent', 'ManifestFiles', 'Manifests in the artifact, separated by commas.'),
    optional('Namespace', 'The namespace in the cluster.'),
    optional('Subnets', 'Subnets that reach the cluster, separated by commas.'),
    optional('SecurityGroupIds', 'Security groups that reach the cluster, separated by commas.'),
  ],
  timeoutInMinutes: hour,
  pipelineType: 'V2',
  takes: ['environmentVariables'],
};

/** Deploy/AWS/Lambda/1: code to a function, and traffic to its new version. */
export const lambdaDeploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'Lambda'),
  properties: [
    required('FunctionName', 'The function.'),
    optional('FunctionAlias', 'The alias whose traffic is shifted.'),
    optional('PublishedTargetVersion', 'A version that is published already, instead of an artifact.'),
    optional('DeployStrategy', 'AllAtOnce, Canary10Percent5Minutes, Linear10PercentEvery1Minute and the like.'),
    optional('Alarms', 'Alarms of CloudWatch that end the deployment, separated by commas.'),
  ],
  inputArtifacts: count(0, 1),
  timeoutInMinutes: 2 * day,
  pipelineType: 'V2',
};

/** Deploy/AWS/ElasticBeanstalk/1: a version of an application into an environment. */
export const elasticBeanstalkDeploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'ElasticBeanstalk'),
  properties: [required('ApplicationName', 'The application.'), required('EnvironmentName', 'The environment.')],
  timeoutInMinutes: hour,
};

/** Deploy/AWS/AppConfig/1: a configuration into an environment. */
export const appConfigDeploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'AppConfig'),
  properties: [
    required('Application', 'The id of the application.'),
    required('Environment', 'The id of the environment.'),
    required('ConfigurationProfile', 'The id of the configuration profile.'),
    required('InputArtifactConfigurationPath', 'The file of the configuration in the artifact.'),
    optional('DeploymentStrategy', 'The id of the strategy.'),
  ],
  timeoutInMinutes: hour,
};

const withoutFile = (name: string, description: string) =>
  requiredWhen('ConfigurationFilePath', 'absent', name, description);

/** Deploy/AWS/ServiceCatalog/1: a version of a product. */
export const serviceCatalogDeploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'ServiceCatalog'),
  properties: [
    required('ProductId', 'The product.'),
    optional('ConfigurationFilePath', 'A file in the artifact that says the rest.'),
    withoutFile('TemplateFilePath', 'The template in the artifact.'),
    withoutFile('ProductVersionName', 'The name of the version.'),
    withoutFile('ProductType', 'The type of the product, such as CLOUD_FORMATION_TEMPLATE.'),
    optional('ProductVersionDescription', 'What the version is.'),
  ],
  timeoutInMinutes: hour,
};

const either = (name: string, other: string, description: string) => requiredWhen(other, 'absent', name, description);

/** Deploy/AWS/OpsWorks/1, of a service that has ended: definitions still name it, with either set of keys. */
export const opsWorksDeploy: ActionType = {
  ...takesOne,
  id: awsType('Deploy', 'OpsWorks'),
  properties: [
    either('Stack', 'StackId', 'The stack.'),
    either('StackId', 'Stack', 'The stack.'),
    either('App', 'AppId', 'The application.'),
    either('AppId', 'App', 'The application.'),
    optional('Layer', 'The layer.'),
    optional('LayerId', 'The layer.'),
    optional('DeploymentType', 'The command, such as deploy_app.'),
  ],
  timeoutInMinutes: hour,
};
