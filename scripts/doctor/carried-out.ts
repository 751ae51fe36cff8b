import { typeName } from '../../functions/domain/action-type.ts';
import { findActionType, whyNotCarriedOut } from '../../functions/domain/action-types.ts';
import type { ActionDeclaration } from '../../functions/domain/declaration.ts';
import { type Finding, missing } from './finding.ts';

const otherwise = {
  do: 'Do this work in a CodeBuild action or a custom one, or take the action out: it fails when it is run.',
};

/** What Sluice lacks to carry an action out: then nothing else of the action counts. Undefined where it lacks nothing. */
export function notCarriedOut(
  purpose: string,
  { actionTypeId, configuration = {} }: ActionDeclaration,
): Finding | undefined {
  const type = findActionType(actionTypeId);
  const why = type && whyNotCarriedOut(type);
  if (why !== undefined) return missing(`${purpose}: ${typeName(actionTypeId)} is carried out`, why, otherwise);
  if (configuration['BatchEnabled'] === 'true')
    return missing(`${purpose}: a batch is built`, 'Sluice does not carry out batch builds yet', {
      do: `Take BatchEnabled out of the action ${purpose}, or the action fails when it is run.`,
    });
  if (configuration['OutputArtifactFormat'] === 'CODEBUILD_CLONE_REF')
    return missing(`${purpose}: a reference to the commit is made`, 'Sluice makes only CODE_ZIP yet', {
      do: `Take OutputArtifactFormat out of the action ${purpose}, or the action fails when it is run.`,
    });
  return undefined;
}
