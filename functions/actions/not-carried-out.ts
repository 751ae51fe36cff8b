import { findActionType } from '../domain/action-types.ts';
import { actionTypes } from '../domain/catalogue.ts';
import { whyNotCarriedOut } from '../domain/not-carried-out.ts';
import { Failure } from '../engine/work.ts';
import type { Provider } from './provider.ts';

/** Actions of types that definitions may name and Sluice does not carry out (decision 0021): each fails before anything is started. */
export const notCarriedOut: Provider = {
  types: actionTypes.filter((type) => whyNotCarriedOut(type) !== undefined),
  startClass: 'token',
  async start({ action }) {
    const type = findActionType(action.type);
    throw new Failure('ConfigurationError', `${type && whyNotCarriedOut(type)}: nothing was started.`);
  },
};
