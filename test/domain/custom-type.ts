import type { GivenActionType } from '../../functions/domain/accept-custom-action-type.ts';
import type { CustomActionType, CustomProperty } from '../../functions/domain/custom-action-type.ts';

export const property = (name: string, more: Partial<CustomProperty> = {}): CustomProperty => ({
  name,
  required: true,
  key: true,
  secret: false,
  ...more,
});

/** What CreateCustomActionType takes: a build server with a project that workers ask for, and a token. */
export const givenType = (more: Partial<GivenActionType> = {}): GivenActionType => ({
  category: 'Build',
  provider: 'Forge',
  version: '1',
  settings: {
    entityUrlTemplate: 'https://forge.example/{Config:Project}',
    executionUrlTemplate: 'https://forge.example/{Config:Project}/{ExternalExecutionId}',
  },
  configurationProperties: [
    property('Project', { queryable: true, description: 'The project.', type: 'String' }),
    property('Token', { required: false, key: false, secret: true }),
  ],
  inputArtifactDetails: { minimumCount: 0, maximumCount: 2 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  ...more,
});

/** The type that comes of it. */
export const forge: CustomActionType = {
  id: { category: 'Build', owner: 'Custom', provider: 'Forge', version: '1' },
  settings: givenType().settings ?? {},
  actionConfigurationProperties: givenType().configurationProperties ?? [],
  inputArtifactDetails: { minimumCount: 0, maximumCount: 2 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
};
