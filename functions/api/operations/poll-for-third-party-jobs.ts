import type { ActionTypeId } from '../../domain/declaration.ts';
import { actionTypeNotFound } from '../../domain/not-found.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Operation } from '../operation.ts';

/** PollForThirdPartyJobs: there are no third-party action types in an account of one's own. */
export const pollForThirdPartyJobs: Operation<{ actionTypeId: ActionTypeId }> = async ({ actionTypeId }) => {
  if (actionTypeId.owner !== 'ThirdParty')
    throw new Refusal(
      'ValidationException',
      `The owner of the action type must be ThirdParty, not ${actionTypeId.owner}.`,
    );
  throw actionTypeNotFound(actionTypeId);
};
