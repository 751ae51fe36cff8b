import type { Context } from 'aws-lambda';
import type { FilesRequest, HeadsRequest } from '../aws/functions.ts';
import { type ActionInput, actionFunction } from './action-function.ts';
import { headsAnswer } from './connection/branch-heads.ts';
import { filesAnswer } from './connection/changed-files.ts';
import { type Registration, registration } from './connection/registration.ts';
import { providers } from './git-providers.ts';

const act = actionFunction('Git', providers);

/**
 * Carries out what fetches commits; asked by the API, what is to be told to the host of a repository about a webhook; asked by the
 * webhook, which files changed; and, asked by the sweeper, where branches are. It alone speaks to hosts that users name.
 */
export const handler = (
  input: ActionInput | Registration | FilesRequest | HeadsRequest,
  context: Context,
): Promise<unknown> => {
  if ('webhook' in input) return registration(input, context);
  if ('heads' in input) return headsAnswer(input, context);
  return 'files' in input ? filesAnswer(input, context) : act(input, context);
};
