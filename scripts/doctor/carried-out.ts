import { typeName } from '../../functions/domain/action-type.ts';
import type { ActionDeclaration } from '../../functions/domain/declaration.ts';
import { type Obstructed, obstacles } from '../../functions/domain/not-carried-out.ts';
import { type Finding, missing, notChecked } from './finding.ts';

const titles: Readonly<Record<Obstructed, string>> = {
  actionTypeId: 'is carried out',
  BatchEnabled: 'a batch is built',
  OutputArtifactFormat: 'a reference to the commit is made',
};

/** What Sluice lacks to carry an action out, and what only a run knows of that. Where something is missing, nothing else of the action counts. */
export function notCarriedOut(purpose: string, action: ActionDeclaration): readonly Finding[] {
  return obstacles(action).map(({ of, why, isSure }) => {
    const what =
      of === 'actionTypeId'
        ? `${purpose}: ${typeName(action.actionTypeId)} ${titles[of]}`
        : `${purpose}: ${titles[of]}`;
    return isSure ? missing(what, why, { do: remedy(of, purpose) }) : notChecked(what, why);
  });
}

function remedy(of: Obstructed, purpose: string): string {
  switch (of) {
    case 'actionTypeId':
      return 'Do this work in a CodeBuild action or a custom one, or take the action out: it fails when it is run.';
    default:
      return `Take ${of} out of the action ${purpose}, or the action fails when it is run.`;
  }
}
