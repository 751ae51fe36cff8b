import type { Context } from 'aws-lambda';
import { type ActionInput, actionFunction } from './action-function.ts';
import { type Registration, registration } from './connection/registration.ts';
import { providers } from './git-providers.ts';

const act = actionFunction('Git', providers);

/** Carries out what fetches commits; and, asked by the API, what is to be told to the host of a repository about a webhook. */
export const handler = (input: ActionInput | Registration, context: Context): Promise<unknown> =>
  'webhook' in input ? registration(input, context) : act(input, context);
