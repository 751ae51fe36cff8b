import { typeName } from '../../functions/domain/action-type.ts';
import type { ActionTypeId } from '../../functions/domain/declaration.ts';
import type { At } from '../../functions/domain/definition/breach.ts';

const connection =
  'Use CodeStarSourceConnection with a connection of Sluice (docs/connections.md), if the repository is on GitHub, GitLab or Bitbucket.';
const cli =
  'Until it is built, a CodeBuild action can do the same by the AWS CLI, or a worker of a custom action type.';
const partner =
  "Until it is built, a CodeBuild action can call the partner's API, or a worker of a custom action type.";
const commands = 'Until it is built, put the commands into the buildspec of a CodeBuild action.';

/** Action types that Sluice does not carry out. */
const types: Readonly<Record<string, string>> = {
  'Source/AWS/CodeCommit/1': connection,
  'Source/AWS/ECR/1':
    'Until it is built, start the pipeline by StartPipelineExecution when an image is pushed, and let a build fetch it.',
  'Source/ThirdParty/GitHub/1': connection,
  'Build/AWS/ECRBuildAndPublish/1': 'Until it is built, let a CodeBuild action build and push the image.',
  'Build/AWS/Commands/1': commands,
  'Compute/AWS/Commands/1': commands,
  'Test/AWS/DeviceFarm/1': cli,
  'Test/ThirdParty/BlazeMeter/1': partner,
  'Test/ThirdParty/GhostInspector/1': partner,
  'Test/ThirdParty/MFStormRunner/1': partner,
  'Test/ThirdParty/Nouvola/1': partner,
  'Test/ThirdParty/Runscope/1': partner,
  'Deploy/ThirdParty/AlexaSkillsKit/1': partner,
  'Deploy/AWS/AppConfig/1': cli,
  'Deploy/AWS/CloudFormation/1': cli,
  'Deploy/AWS/CloudFormationStackSet/1': cli,
  'Deploy/AWS/CloudFormationStackInstances/1': cli,
  'Deploy/AWS/CodeDeploy/1': cli,
  'Deploy/AWS/CodeDeployToECS/1': cli,
  'Deploy/AWS/EC2/1': cli,
  'Deploy/AWS/ECS/1': cli,
  'Deploy/AWS/EKS/1': cli,
  'Deploy/AWS/ElasticBeanstalk/1': cli,
  'Deploy/AWS/Lambda/1': cli,
  'Deploy/AWS/OpsWorks/1': 'OpsWorks has ended: take the action out.',
  'Deploy/AWS/ServiceCatalog/1': cli,
  'Invoke/AWS/CodePipeline/1': 'Until it is built, call StartPipelineExecution from a CodeBuild action.',
  'Invoke/AWS/InspectorScan/1': cli,
  'Invoke/AWS/Lambda/1': 'Until it is built, invoke the function from a CodeBuild action.',
  'Invoke/AWS/StepFunctions/1': 'Until it is built, start the state machine from a CodeBuild action.',
  'Invoke/ThirdParty/Snyk/1': partner,
};

const members: Readonly<Record<string, string>> = {
  OutputArtifactFormat: 'Use CODE_ZIP: the files of the commit, without its history.',
  BatchEnabled: 'Use several CodeBuild actions of the same run order.',
};

/** What can be done until Sluice carries out what stands at a place: of an action's type by its name, of anything else by the member's. */
export function meanwhile(at: At, id?: ActionTypeId): string | undefined {
  const last = String(at.at(-1));
  const [ways, name] = last === 'actionTypeId' && id ? [types, typeName(id)] : [members, last];
  return Object.hasOwn(ways, name) ? ways[name] : undefined;
}
