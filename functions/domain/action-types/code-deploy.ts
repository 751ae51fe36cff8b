import type { ActionType, ConfigurationProperty } from '../action-type.ts';
import { awsType, count, day, hour, optional, required, requiredWhen } from './parts.ts';

const group = [required('ApplicationName', 'The application.'), required('DeploymentGroupName', 'The group.')];

/** Deploy/AWS/CodeDeploy/1: a revision by CodeDeploy. */
export const codeDeploy: ActionType = {
  id: awsType('Deploy', 'CodeDeploy'),
  properties: group,
  inputArtifacts: count(1),
  outputArtifacts: count(0),
  timeoutInMinutes: 5 * day,
};

/** Deploy/AWS/CodeDeployToECS/1: a blue/green deployment of a service by CodeDeploy. */
export const codeDeployToEcs: ActionType = {
  id: awsType('Deploy', 'CodeDeployToECS'),
  properties: [
    ...group,
    required('TaskDefinitionTemplateArtifact', 'The input artifact that holds the task definition.'),
    optional('TaskDefinitionTemplatePath', 'The file of the task definition; taskdef.json when none is said.'),
    required('AppSpecTemplateArtifact', 'The input artifact that holds the AppSpec.'),
    optional('AppSpecTemplatePath', 'The file of the AppSpec; appspec.yaml when none is said.'),
    ...[1, 2, 3, 4].flatMap(image),
  ],
  inputArtifacts: count(1, 5),
  outputArtifacts: count(0),
  timeoutInMinutes: 5 * day,
};

function image(number: number): readonly ConfigurationProperty[] {
  const [artifact, container] = [`Image${number}ArtifactName`, `Image${number}ContainerName`];
  return [
    requiredWhen(container, 'present', artifact, 'The input artifact that says the image.'),
    requiredWhen(artifact, 'present', container, 'The text in the task definition that the image replaces.'),
  ];
}

/** Deploy/AWS/ECS/1: new images for the containers of a service. */
export const ecsDeploy: ActionType = {
  id: awsType('Deploy', 'ECS'),
  properties: [
    required('ClusterName', 'The cluster.'),
    required('ServiceName', 'The service.'),
    optional('FileName', 'The file of the images in the artifact; imagedefinitions.json when none is said.'),
    optional('DeploymentTimeout', 'How long the deployment may take: 1 to 60 minutes.'),
  ],
  inputArtifacts: count(1),
  outputArtifacts: count(0),
  timeoutInMinutes: hour,
};
