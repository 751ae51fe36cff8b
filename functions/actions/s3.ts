import { actionFunction } from './action-function.ts';
import { providers } from './s3-providers.ts';

/** Carries out what copies objects. */
export const handler = actionFunction('S3', providers);
