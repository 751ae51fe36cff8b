import { actionFunction } from './action-function.ts';
import { providers } from './approval-providers.ts';

/** Carries out approvals: they publish a message and wait. */
export const handler = actionFunction('Approval', providers);
