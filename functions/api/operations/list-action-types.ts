import { listActionTypes as listCustomTypes } from '../../aws/action-type-record.ts';
import type { ActionType } from '../../domain/action-type.ts';
import { actionTypes } from '../../domain/catalogue.ts';
import type { ActionOwner } from '../../domain/declaration.ts';
import type { Operation } from '../operation.ts';
import { nextToken, pageStart } from '../paging.ts';
import { artifactDetails, propertyShape, shownProperties } from '../type-shape.ts';

interface Input {
  readonly actionOwnerFilter?: ActionOwner;
  readonly regionFilter?: string;
  readonly nextToken?: string;
}

const pageSize = 100;

/**
 * ListActionTypes: the types that a definition may name, those too whose actions fail (decision 0021), then the account's own. All are
 * of this Region: another has none. The first page has every type of CodePipeline; custom ones come page by page, in which deleted
 * ones leave gaps.
 */
export const listActionTypes: Operation<Input> = async (input, { home }) => {
  const { actionOwnerFilter: owner, regionFilter: region } = input;
  const query = ['ListActionTypes', owner, region];
  const after = pageStart(query, input.nextToken, 'ACTIONTYPES');
  if (region !== undefined && region !== home.region) return { actionTypes: [] };
  const own = after
    ? []
    : actionTypes.filter(({ id }) => owner === undefined || id.owner === owner).map(actionTypeShape);
  if (owner !== undefined && owner !== 'Custom') return { actionTypes: own };
  const { types, next } = await listCustomTypes(pageSize, after);
  return { actionTypes: [...own, ...types], ...nextToken(query, next) };
};

/** ActionType of the API. */
function actionTypeShape({ id, properties, inputArtifacts, outputArtifacts }: ActionType): object {
  return {
    id,
    settings: {},
    actionConfigurationProperties: shownProperties(properties).map(propertyShape),
    inputArtifactDetails: artifactDetails(inputArtifacts),
    outputArtifactDetails: artifactDetails(outputArtifacts),
  };
}
