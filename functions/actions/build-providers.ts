import { codebuild } from './codebuild/codebuild.ts';
import { commands } from './codebuild/commands.ts';
import type { Providers } from './run-action.ts';

/** The providers of the build function. */
export const providers: Providers = [codebuild, commands];
