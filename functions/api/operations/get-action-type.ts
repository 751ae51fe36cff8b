import type { ActionType } from '../../domain/action-type.ts';
import { findActionType } from '../../domain/action-types.ts';
import type { ActionTypeId } from '../../domain/declaration.ts';
import { whyNotCarriedOut } from '../../domain/not-carried-out.ts';
import { actionTypeNotFound } from '../../domain/not-found.ts';
import type { Operation } from '../operation.ts';
import { artifactDetails, shownProperties } from '../type-shape.ts';

const mostArtifacts = 10;

/**
 * GetActionType: a type that a definition may name, with the word that its actions fail where Sluice does not carry it out. Its
 * executor is `Lambda`, for a function of Sluice does the work, or fails it; which one is not told, as nobody may change it, and
 * neither is a job's time-out, for these actions are no jobs.
 */
export const getActionType: Operation<ActionTypeId> = async (id) => {
  const type = findActionType(id);
  if (!type) throw actionTypeNotFound(id);
  return { actionType: declarationShape(type) };
};

/** ActionTypeDeclaration of the API. */
function declarationShape(type: ActionType): object {
  const { id, properties, inputArtifacts, outputArtifacts } = type;
  const why = whyNotCarriedOut(type);
  return {
    ...(why === undefined ? {} : { description: `${why}: they fail when they are run.` }),
    executor: { type: 'Lambda', configuration: {} },
    id,
    inputArtifactDetails: artifactDetails(inputArtifacts, mostArtifacts),
    outputArtifactDetails: artifactDetails(outputArtifacts, mostArtifacts),
    properties: shownProperties(properties).map(({ name, required, secret = false, description }) => ({
      name,
      optional: !required,
      key: required,
      noEcho: secret,
      queryable: false,
      description,
    })),
  };
}
