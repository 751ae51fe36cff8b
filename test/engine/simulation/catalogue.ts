import type { ActionType } from '../../../functions/domain/action-type.ts';
import { manualApproval } from '../../../functions/domain/action-types/approval.ts';
import { noOpInvoke, noOpSource } from '../../no-op/no-op.ts';

function invoke(provider: string, type: Pick<ActionType, 'class'>): ActionType {
  return {
    ...noOpInvoke,
    ...type,
    id: { category: 'Invoke', owner: 'AWS', provider, version: '1' },
    timeoutInMinutes: 20,
  };
}

/** Work that goes on elsewhere, by what may be done when it is unclear whether it was started. */
export const elsewhere = {
  token: invoke('Token', { class: 'build' }),
  lookup: invoke('Lookup', { class: 'build' }),
  unknown: invoke('Unknown', { class: 'build' }),
};

/** Long work of the function itself, that goes on from a cursor. */
export const long = invoke('Long', { class: 's3' });

/** The action types of the simulation. */
export const actionTypes: readonly ActionType[] = [
  noOpSource,
  noOpInvoke,
  manualApproval,
  elsewhere.token,
  elsewhere.lookup,
  elsewhere.unknown,
  long,
];
