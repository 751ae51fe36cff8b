import { actionFunction } from './action-function.ts';
import { providers } from './git-providers.ts';

/** Carries out what fetches commits. */
export const handler = actionFunction('Git', providers);
