import { describe, expect, test } from 'vitest';
import { typeName } from '../../../functions/domain/action-type.ts';
import { actionTypes } from '../../../functions/domain/catalogue.ts';
import { acceptDefinition } from '../../../functions/domain/definition.ts';
import { home, pipeline, source, stage } from '../definitions.ts';
import { everyConfiguration, pipelineOf, withConfiguration, without } from '../every-type.ts';
import { typeId } from './other-type.ts';

const here = { ...home, region: 'us-east-1' };
const names = actionTypes.map(({ id }) => typeName(id));

test('every action type is tried, each with every key that it has', () => {
  const others = ['DeploySpec', 'ManifestFiles', 'ConfigurationFilePath', 'StackId', 'AppId', 'LayerId'];

  const untried = actionTypes.flatMap(({ id, properties }) => {
    const tried = Object.keys(everyConfiguration[typeName(id)] ?? {});
    return properties.map(({ name }) => name).filter((name) => ![...tried, ...others].includes(name));
  });

  expect(Object.keys(everyConfiguration).sort()).toEqual([...names].sort());
  expect(untried).toEqual([]);
});

test('each action type is there once, and each of its keys', () => {
  const keys = actionTypes.flatMap(({ id, properties }) => properties.map(({ name }) => `${typeName(id)} ${name}`));

  expect(new Set(names).size).toBe(names.length);
  expect(new Set(keys).size).toBe(keys.length);
});

describe('an action of every type', () => {
  test.each(names)('%s is accepted as it is given', (name) => {
    const given = pipelineOf(name);

    const accepted = acceptDefinition(given, here);

    expect(accepted).toMatchObject(given);
  });

  const required = actionTypes.flatMap(({ id, properties }) =>
    properties.flatMap(({ name, required }) => (required ? [{ type: typeName(id), key: name }] : [])),
  );
  test.each(required)('$type is refused without $key', ({ type, key }) => {
    const given = without(pipelineOf(type), key);

    const accept = () => acceptDefinition(given, here);

    expect(accept).toThrow(`for action 'Act' is missing required configuration '${key}'`);
  });

  test.each(names.filter((name) => !name.match(/Snyk|Test\/ThirdParty/)))('%s is refused with another key', (name) => {
    const given = withConfiguration(pipelineOf(name), { ...everyConfiguration[name], Surprise: 'x' });

    const accept = () => acceptDefinition(given, here);

    expect(accept).toThrow("the unknown configuration 'Surprise'");
  });

  test.each(
    names.filter((name) =>
      /Commands|ECRBuildAndPublish|EKS|EC2|Deploy\/AWS\/Lambda|Invoke\/AWS\/CodePipeline/.test(name),
    ),
  )('%s is of V2 only, and makes a pipeline V2', (name) => {
    const { pipelineType: _, ...untold } = pipelineOf(name);

    const accept = () => acceptDefinition({ ...untold, pipelineType: 'V1' }, here);

    expect(accept).toThrow(`${typeId(name).provider} Action can only be used with V2 pipelines`);
    expect(acceptDefinition(untold, here).pipelineType).toBe('V2');
  });
});

interface Lacking {
  readonly type: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly lacks: string;
}

describe('a key that another demands', () => {
  const stackOf = (ActionMode: string) => ({ ActionMode, StackName: 'shop' });
  const set = { StackSetName: 'guard', TemplatePath: 'In1::t.yml' };
  const product = { ProductId: 'p' };
  const blueGreen = {
    ApplicationName: 'a',
    DeploymentGroupName: 'g',
    TaskDefinitionTemplateArtifact: 'In1',
    AppSpecTemplateArtifact: 'In1',
  };
  const machine = { StateMachineArn: 'arn' };
  const instances = { InstanceTagKey: 'k', InstanceType: 'EC2' };
  const rows: readonly Lacking[] = [
    ...['CHANGE_SET_REPLACE', 'CHANGE_SET_EXECUTE'].map((mode) => ({
      type: 'Deploy/AWS/CloudFormation/1',
      configuration: { ...stackOf(mode) },
      lacks: `'ChangeSetName', which ActionMode '${mode}' demands`,
    })),
    ...['CREATE_UPDATE', 'REPLACE_ON_FAILURE'].map((mode) => ({
      type: 'Deploy/AWS/CloudFormation/1',
      configuration: stackOf(mode),
      lacks: `'TemplatePath', which ActionMode '${mode}' demands`,
    })),
    {
      type: 'Deploy/AWS/CloudFormation/1',
      configuration: { ...stackOf('CHANGE_SET_REPLACE'), ChangeSetName: 'next' },
      lacks: "'TemplatePath', which ActionMode 'CHANGE_SET_REPLACE' demands",
    },
    {
      type: 'Deploy/AWS/CloudFormationStackSet/1',
      configuration: { ...set, Regions: 'r' },
      lacks: "'DeploymentTargets', which 'Regions' demands",
    },
    {
      type: 'Deploy/AWS/CloudFormationStackSet/1',
      configuration: { ...set, DeploymentTargets: 'a' },
      lacks: "'Regions', which 'DeploymentTargets' demands",
    },
    {
      type: 'Deploy/AWS/ServiceCatalog/1',
      configuration: product,
      lacks: "'TemplateFilePath', which the absence of 'ConfigurationFilePath' demands",
    },
    {
      type: 'Deploy/AWS/CodeDeployToECS/1',
      configuration: { ...blueGreen, Image2ArtifactName: 'In1' },
      lacks: "'Image2ContainerName', which 'Image2ArtifactName' demands",
    },
    {
      type: 'Deploy/AWS/CodeDeployToECS/1',
      configuration: { ...blueGreen, Image3ContainerName: 'I' },
      lacks: "'Image3ArtifactName', which 'Image3ContainerName' demands",
    },
    {
      type: 'Deploy/AWS/EC2/1',
      configuration: instances,
      lacks: "'TargetDirectory', which the absence of 'DeploySpec' demands",
    },
    { type: 'Deploy/AWS/EC2/1', configuration: { ...instances, TargetDirectory: '/x' }, lacks: "'PostScript', which" },
    {
      type: 'Deploy/AWS/EKS/1',
      configuration: { ClusterName: 'c' },
      lacks: "'ManifestFiles', which the absence of 'HelmReleaseName' demands",
    },
    {
      type: 'Deploy/AWS/EKS/1',
      configuration: { ClusterName: 'c', HelmReleaseName: 'r' },
      lacks: "'HelmChartLocation', which 'HelmReleaseName' demands",
    },
    {
      type: 'Deploy/AWS/OpsWorks/1',
      configuration: { AppId: 'a' },
      lacks: "'Stack', which the absence of 'StackId' demands",
    },
    {
      type: 'Invoke/AWS/StepFunctions/1',
      configuration: { ...machine, InputType: 'FilePath' },
      lacks: "'Input', which InputType 'FilePath' demands",
    },
    {
      type: 'Invoke/AWS/InspectorScan/1',
      configuration: { InspectorRunMode: 'ECRImageScan' },
      lacks: "'ECRRepositoryName', which InspectorRunMode 'ECRImageScan' demands",
    },
  ];

  test.each(rows)('$type lacks $lacks', ({ type, configuration, lacks }) => {
    const given = withConfiguration(pipelineOf(type), configuration);

    const accept = () => acceptDefinition(given, here);

    expect(accept).toThrow(`for action 'Act' is missing required configuration ${lacks}`);
  });

  test.each<Omit<Lacking, 'lacks'>>([
    { type: 'Deploy/AWS/CloudFormation/1', configuration: stackOf('DELETE_ONLY') },
    { type: 'Deploy/AWS/CloudFormation/1', configuration: { ...stackOf('CHANGE_SET_EXECUTE'), ChangeSetName: 'next' } },
    { type: 'Deploy/AWS/CloudFormation/1', configuration: { ...stackOf('CREATE_UPDATE'), TemplatePath: 'In1::t.yml' } },
    { type: 'Deploy/AWS/CloudFormation/1', configuration: stackOf('#{codepipeline.PipelineExecutionId}') },
    { type: 'Deploy/AWS/CloudFormationStackSet/1', configuration: set },
    { type: 'Deploy/AWS/ServiceCatalog/1', configuration: { ...product, ConfigurationFilePath: 'product.json' } },
    { type: 'Deploy/AWS/CodeDeployToECS/1', configuration: blueGreen },
    { type: 'Deploy/AWS/EC2/1', configuration: { ...instances, DeploySpec: 'deploy.yml' } },
    { type: 'Deploy/AWS/EKS/1', configuration: { ClusterName: 'c', ManifestFiles: 'a.yaml,b.yaml' } },
    { type: 'Deploy/AWS/OpsWorks/1', configuration: { StackId: 's', AppId: 'a', LayerId: 'l' } },
    { type: 'Invoke/AWS/StepFunctions/1', configuration: machine },
    { type: 'Invoke/AWS/InspectorScan/1', configuration: { InspectorRunMode: 'SourceCodeScan' } },
  ])('$type may do without, as $configuration', ({ type, configuration }) => {
    const given = withConfiguration(pipelineOf(type), configuration);

    const accepted = acceptDefinition(given, here);

    expect(accepted).toMatchObject(given);
  });
});

test('types of AWS are of no other owner or category', () => {
  const accept = (type: string) => () =>
    acceptDefinition(pipeline([stage('Then', { ...source('Act'), actionTypeId: typeId(type) })]), here);

  for (const type of ['Deploy/Custom/ECS/1', 'Deploy/ThirdParty/ECS/1', 'Build/AWS/ECS/1', 'Deploy/AWS/ECS/2'])
    expect(accept(type)).toThrow(/^ActionType \(Category: .* in action 'Act' is not available in region 'US_EAST_1'$/);
});
