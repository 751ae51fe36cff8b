import { typeName } from '../../functions/domain/action-type.ts';
import type { ActionTypeId } from '../../functions/domain/declaration.ts';

const connection =
  'Use CodeStarSourceConnection with a connection of Sluice (docs/connections.md), if the repository is on GitHub.';
const build =
  'Until it is built, a CodeBuild action can do the same by the AWS CLI, or a worker of a custom action type.';

/** The action types of CodePipeline (user guide, integrations and action structure reference), and what can be done meanwhile where Sluice lacks one. */
const known: Readonly<Record<string, string>> = {
  'Source/AWS/CodeCommit/1': connection,
  'Source/AWS/CodeStarSourceConnection/1': '',
  'Source/AWS/ECR/1':
    'Until it is built, start the pipeline by StartPipelineExecution when an image is pushed, and let a build fetch it.',
  'Source/AWS/S3/1': '',
  'Source/ThirdParty/GitHub/1': connection,
  'Source/ThirdParty/GitHub/2': connection,
  'Build/AWS/CodeBuild/1': '',
  'Build/AWS/ECRBuildAndPublish/1': 'Until it is built, let a CodeBuild action build and push the image.',
  'Compute/AWS/Commands/1': 'Until it is built, put the commands into the buildspec of a CodeBuild action.',
  'Test/AWS/CodeBuild/1': '',
  'Test/AWS/DeviceFarm/1': build,
  'Test/ThirdParty/BlazeMeter/1': build,
  'Test/ThirdParty/GhostInspector/1': build,
  'Test/ThirdParty/Micro Focus StormRunner Load/1': build,
  'Test/ThirdParty/Runscope/1': build,
  'Test/ThirdParty/Nouvola/1': build,
  'Approval/AWS/Manual/1': '',
  'Deploy/AWS/AlexaSkillsKit/1': build,
  'Deploy/ThirdParty/AlexaSkillsKit/1': build,
  'Deploy/AWS/AppConfig/1': build,
  'Deploy/AWS/CloudFormation/1': build,
  'Deploy/AWS/CloudFormationStackSet/1': build,
  'Deploy/AWS/CloudFormationStackInstances/1': build,
  'Deploy/AWS/CodeDeploy/1': build,
  'Deploy/AWS/CodeDeployToECS/1': build,
  'Deploy/AWS/EC2/1': build,
  'Deploy/AWS/ECS/1': build,
  'Deploy/AWS/EKS/1': build,
  'Deploy/AWS/ElasticBeanstalk/1': build,
  'Deploy/AWS/OpsWorks/1': build,
  'Deploy/AWS/S3/1': '',
  'Deploy/AWS/ServiceCatalog/1': build,
  'Deploy/ThirdParty/XebiaLabs/1': build,
  'Invoke/AWS/CodePipeline/1': 'Until it is built, call StartPipelineExecution from a CodeBuild action.',
  'Invoke/AWS/InspectorScan/1': build,
  'Invoke/AWS/Lambda/1': 'Until it is built, invoke the function from a CodeBuild action.',
  'Invoke/AWS/StepFunctions/1': 'Until it is built, start the state machine from a CodeBuild action.',
  'Invoke/ThirdParty/Snyk/1': build,
};

/** What to do about an action type that CodePipeline has and Sluice has not; undefined: CodePipeline has none of this name either. */
export function instead(id: ActionTypeId): string | undefined {
  const name = typeName(id);
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
