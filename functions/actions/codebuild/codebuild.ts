import { codebuildBuild, codebuildTest } from '../../domain/action-types/build.ts';
import { codebuildRule } from '../../domain/rule-types.ts';
import { buildProvider } from './build-provider.ts';
import { startInput } from './start-input.ts';

/** Build and Test/AWS/CodeBuild/1, and Rule/AWS/CodeBuild/1: a build on a project of the user's. */
export const codebuild = buildProvider([codebuildBuild, codebuildTest, codebuildRule], startInput);
