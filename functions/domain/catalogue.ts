import type { ActionType } from './action-type.ts';
import { manualApproval } from './action-types/approval.ts';
import {
  codebuildBuild,
  codebuildTest,
  commandsBuild,
  commandsCompute,
  deviceFarmTest,
  ecrBuildAndPublish,
} from './action-types/build.ts';
import { cloudFormationDeploy, stackInstancesDeploy, stackSetDeploy } from './action-types/cloudformation.ts';
import { codeDeploy, codeDeployToEcs, ecsDeploy } from './action-types/code-deploy.ts';
import {
  appConfigDeploy,
  ec2Deploy,
  eksDeploy,
  elasticBeanstalkDeploy,
  lambdaDeploy,
  opsWorksDeploy,
  s3Deploy,
  serviceCatalogDeploy,
} from './action-types/deploy.ts';
import { inspectorScan, lambdaInvoke, pipelineInvoke, stepFunctionsInvoke } from './action-types/invoke.ts';
import { codeCommitSource, connectionSource, ecrSource, gitHubSource, s3Source } from './action-types/source.ts';
import { alexaDeploy, partnerTests, snykInvoke } from './action-types/third-party.ts';

/** Every action type that CodePipeline has, those too that Sluice does not carry out (decision 0021). */
export const actionTypes: readonly ActionType[] = [
  ...[connectionSource, s3Source, codeCommitSource, ecrSource, gitHubSource],
  ...[codebuildBuild, ecrBuildAndPublish, commandsBuild, commandsCompute],
  ...[codebuildTest, deviceFarmTest, ...partnerTests],
  manualApproval,
  ...[s3Deploy, cloudFormationDeploy, stackSetDeploy, stackInstancesDeploy, codeDeploy, codeDeployToEcs, ecsDeploy],
  ...[ec2Deploy, eksDeploy, lambdaDeploy, elasticBeanstalkDeploy, appConfigDeploy, serviceCatalogDeploy],
  ...[opsWorksDeploy, alexaDeploy],
  ...[lambdaInvoke, stepFunctionsInvoke, pipelineInvoke, inspectorScan, snykInvoke],
];
