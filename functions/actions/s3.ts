import type { Context } from 'aws-lambda';
import type { NewestRequest } from '../aws/functions.ts';
import { type ActionInput, actionFunction } from './action-function.ts';
import { providers } from './s3-providers.ts';
import { newestVersions } from './s3-source/newest-version.ts';

const act = actionFunction('S3', providers);

/** Carries out what copies objects; asked by the sweeper, which versions of objects are the newest. */
export const handler = (input: ActionInput | NewestRequest, context: Context): Promise<unknown> =>
  'newest' in input ? newestVersions(input, context) : act(input, context);
