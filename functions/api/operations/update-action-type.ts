import type { ActionTypeId } from '../../domain/declaration.ts';
import { actionTypeNotFound } from '../../domain/not-found.ts';
import type { Operation } from '../operation.ts';

/**
 * UpdateActionType: replaces a type that the account has built for the owners AWS and ThirdParty, and creates none. No account of
 * Sluice owns one: those that Sluice carries out are part of it, as CodePipeline's are of AWS.
 */
export const updateActionType: Operation<{ actionType: { id: ActionTypeId } }> = async ({ actionType }) => {
  throw actionTypeNotFound(actionType.id);
};
