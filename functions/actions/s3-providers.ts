import type { Providers } from './run-action.ts';
import { s3Deploy } from './s3-deploy/s3-deploy.ts';
import { s3Source } from './s3-source/s3-source.ts';

/** The providers of the s3 function. */
export const providers: Providers = [s3Source, s3Deploy];
