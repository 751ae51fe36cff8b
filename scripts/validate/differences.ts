import { typeName } from '../../functions/domain/action-type.ts';
import { actionsOf, type PipelineDeclaration, steps } from '../../functions/domain/declaration.ts';
import { placedActions } from '../../functions/domain/definition/place.ts';
import type { Finding } from './finding.ts';

const mostAtOnce = 40;

/** What an accepted definition does otherwise than at CodePipeline, and what to do about it (docs/differences.md). */
export function differences(pipeline: PipelineDeclaration): readonly Finding[] {
  return [
    differs(
      ['roleArn'],
      "Sluice's functions assume the role: its trust must name them, with the pipeline's ARN as ExternalId, instead of codepipeline.amazonaws.com (docs/deploying.md, checked by npm run doctor).",
    ),
    ...ofActions(pipeline),
    ...pipeline.stages.flatMap((stage, index) =>
      steps(stage).some((order) => actionsOf(stage, order).length > mostAtOnce)
        ? [
            differs(
              ['stages', index, 'actions'],
              `Of more than ${mostAtOnce} actions of one run order the rest start as others end.`,
            ),
          ]
        : [],
    ),
  ];
}

function ofActions(pipeline: PipelineDeclaration): readonly Finding[] {
  const builds: Finding[] = [];
  const others = placedActions(pipeline).flatMap(({ action: { actionTypeId, configuration = {}, roleArn }, at }) => {
    const of = [...at, 'configuration'];
    const found: Finding[] = [];
    if (roleArn !== undefined)
      found.push(
        differs(
          [...at, 'roleArn'],
          "It is assumed by the pipeline's role, with the pipeline's ARN as ExternalId (docs/deploying.md).",
        ),
      );
    switch (typeName(actionTypeId)) {
      case 'Source/AWS/CodeStarSourceConnection/1':
        found.push(
          differs(
            [...of, 'ConnectionArn'],
            'A connection is a record of Sluice: make one with npm run connect and put its ARN here (docs/connections.md).',
          ),
        );
        break;
      case 'Source/AWS/S3/1':
        if (configuration['PollForSourceChanges'] === 'false')
          found.push(
            differs(
              [...of, 'PollForSourceChanges'],
              "A rule that starts the pipeline has an alias of Sluice's Start function for its target, not the pipeline's ARN (docs/deploying.md).",
            ),
          );
        break;
      case 'Build/AWS/CodeBuild/1':
      case 'Test/AWS/CodeBuild/1':
        builds.push(
          differs(
            [...of, 'ProjectName'],
            "The build gets its inputs and outputs as S3 overrides: its service role needs the artifact bucket and its key, and the project's own source does not count (docs/deploying.md).",
          ),
        );
        break;
      case 'Approval/AWS/Manual/1':
        if (configuration['NotificationArn'] !== undefined)
          found.push(
            differs(
              [...of, 'NotificationArn'],
              "The addresses in this topic's message are Sluice's and decide nothing; the link that decides goes to the subscribers of Sluice's own topic.",
            ),
          );
        break;
    }
    return found;
  });
  return [...others, ...builds.slice(0, 1)];
}

function differs(at: Finding['at'], message: string): Finding {
  return { kind: 'differs', at, message };
}
