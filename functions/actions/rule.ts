import { actionFunction } from './action-function.ts';
import { providers } from './rule-providers.ts';

/** Evaluates rules of stage conditions that wait for no build. */
export const handler = actionFunction('Rule', providers);
