import { codebuild } from './codebuild/codebuild.ts';
import type { Providers } from './run-action.ts';

/** The providers of the build function. */
export const providers: Providers = [codebuild];
