import type { ActionType } from '../action-type.ts';

const buildMinutes = 36 * 60;
const testMinutes = 8 * 60;

const codebuild = {
  class: 'build',
  properties: [
    { name: 'ProjectName', required: true, description: 'The build project.' },
    {
      name: 'PrimarySource',
      required: false,
      description: 'The input artifact that holds the buildspec, when there are several.',
    },
    {
      name: 'BatchEnabled',
      required: false,
      description: 'Whether to start a batch build.',
      values: ['true', 'false'],
    },
    {
      name: 'CombineArtifacts',
      required: false,
      description: 'Whether a batch has one output artifact.',
      values: ['true', 'false'],
    },
    { name: 'EnvironmentVariables', required: false, description: 'A JSON array of {name, value, type}.' },
    { name: 'BuildspecOverride', required: false, description: 'A buildspec, or its path in the primary source.' },
    { name: 'ServiceRoleArnOverride', required: false, description: 'The role of the build.' },
  ],
  inputArtifacts: { minimum: 1, maximum: 5 },
  outputArtifacts: { minimum: 0, maximum: 5 },
} as const satisfies Partial<ActionType>;

/** Build/AWS/CodeBuild/1. */
export const codebuildBuild: ActionType = {
  ...codebuild,
  id: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  timeoutInMinutes: buildMinutes,
};

/** Test/AWS/CodeBuild/1. */
export const codebuildTest: ActionType = {
  ...codebuild,
  id: { category: 'Test', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  timeoutInMinutes: testMinutes,
};
