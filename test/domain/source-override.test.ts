import { expect, test } from 'vitest';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import type { SourceRevisionOverride } from '../../functions/domain/run.ts';
import { acceptOverrides, pinned } from '../../functions/domain/source-override.ts';
import { aDefinition } from './given.ts';

const source = (name: string, provider: string, configuration: Record<string, string> = {}) => ({
  name,
  actionTypeId: { category: 'Source', owner: 'AWS', provider, version: '1' } as const,
  configuration,
});
const [ship] = aDefinition({ Ship: [1] }).stages;
const definition: PipelineDeclaration = {
  ...aDefinition({}),
  stages: [
    {
      name: 'Source',
      actions: [
        source('Git', 'CodeStarSourceConnection'),
        source('Commit', 'CodeCommit'),
        source('Image', 'ECR'),
        source('Bucket', 'S3'),
        source('Open', 'S3', { AllowOverrideForS3ObjectKey: 'true' }),
        source('Shut', 'S3', { AllowOverrideForS3ObjectKey: 'false' }),
      ],
    },
    ...(ship ? [ship] : []),
  ],
};
const override = (
  actionName: string,
  revisionType: SourceRevisionOverride['revisionType'],
): SourceRevisionOverride => ({ actionName, revisionType, revisionValue: 'v' });

test.each([
  { overrides: [] },
  { overrides: [override('Git', 'COMMIT_ID')] },
  { overrides: [override('Commit', 'COMMIT_ID'), override('Image', 'IMAGE_DIGEST')] },
  { overrides: [override('Bucket', 'S3_OBJECT_VERSION_ID')] },
  { overrides: [override('Open', 'S3_OBJECT_KEY')] },
  { overrides: [override('Git', 'COMMIT_ID'), override('Open', 'S3_OBJECT_KEY')] },
])('is accepted: $overrides', ({ overrides }) => {
  const accepted = acceptOverrides(definition, overrides);

  expect(accepted).toEqual(overrides);
});

test.each([
  { given: override('Gone', 'COMMIT_ID'), says: "Pipeline 'web' has no source action 'Gone'." },
  { given: override('__proto__', 'COMMIT_ID'), says: "Pipeline 'web' has no source action '__proto__'." },
  { given: override('A1', 'COMMIT_ID'), says: "Pipeline 'web' has no source action 'A1'." },
  {
    given: override('Image', 'COMMIT_ID'),
    says: "Source action 'Image' takes a revision of type IMAGE_DIGEST, not COMMIT_ID.",
  },
  {
    given: override('Git', 'S3_OBJECT_KEY'),
    says: "Source action 'Git' takes a revision of type COMMIT_ID, not S3_OBJECT_KEY.",
  },
  {
    given: override('Bucket', 'COMMIT_ID'),
    says: "Source action 'Bucket' takes a revision of type S3_OBJECT_VERSION_ID or S3_OBJECT_KEY, not COMMIT_ID.",
  },
  {
    given: override('Bucket', 'S3_OBJECT_KEY'),
    says: "Source action 'Bucket' does not allow S3_OBJECT_KEY: set AllowOverrideForS3ObjectKey to true.",
  },
  { given: override('Shut', 'S3_OBJECT_KEY'), says: "Source action 'Shut' does not allow S3_OBJECT_KEY" },
])('is refused after one that is right: $says', ({ given, says }) => {
  const accept = () => acceptOverrides(definition, [override('Git', 'COMMIT_ID'), given]);

  expect(accept).toThrow(
    expect.objectContaining({ code: 'ValidationException', message: expect.stringContaining(says) }),
  );
});

test.each(['GitHub', '__proto__', 'constructor'])('no revision is taken by provider %s', (provider) => {
  const stages = [{ name: 'Source', actions: [source('Other', provider)] }];

  const accept = () => acceptOverrides({ ...definition, stages }, [override('Other', 'IMAGE_DIGEST')]);

  expect(accept).toThrow("Source action 'Other' takes a revision of type none, not IMAGE_DIGEST.");
});

test('no revision is taken by a custom source that has the provider of another', () => {
  const { actionTypeId, ...rest } = source('Other', 'CodeCommit');
  const stages = [
    { name: 'Source', actions: [{ ...rest, actionTypeId: { ...actionTypeId, owner: 'Custom' as const } }] },
  ];

  expect(() => acceptOverrides({ ...definition, stages }, [override('Other', 'COMMIT_ID')])).toThrow(
    "Source action 'Other' takes a revision of type none, not COMMIT_ID.",
  );
});

test('a source without a configuration allows no key', () => {
  const { configuration: _, ...bare } = source('Bare', 'S3');
  const stages = [{ name: 'Source', actions: [bare] }];

  expect(() => acceptOverrides({ ...definition, stages }, [override('Bare', 'S3_OBJECT_KEY')])).toThrow(
    "Source action 'Bare' does not allow S3_OBJECT_KEY",
  );
});

test('a pipeline without stages has no source action', () => {
  const accept = () => acceptOverrides({ ...definition, stages: [] }, [override('Git', 'COMMIT_ID')]);

  expect(accept).toThrow("has no source action 'Git'");
});

test.each([
  ['CodeStarSourceConnection', 'COMMIT_ID'],
  ['CodeCommit', 'COMMIT_ID'],
  ['ECR', 'IMAGE_DIGEST'],
  ['S3', 'S3_OBJECT_VERSION_ID'],
])('a source of %s is pinned by its %s', (provider, revisionType) => {
  expect(pinned(source('Fetch', provider), 'r1')).toEqual([{ actionName: 'Fetch', revisionType, revisionValue: 'r1' }]);
});

test.each([
  ['AWS', 'CodeBuild'],
  ['AWS', 'constructor'],
  ['ThirdParty', 'GitHub'],
  ['Custom', 'S3'],
  ['ThirdParty', 'CodeCommit'],
] as const)('a source of %s, %s, is pinned by nothing', (owner, provider) => {
  const { actionTypeId, ...rest } = source('Fetch', provider);

  expect(pinned({ ...rest, actionTypeId: { ...actionTypeId, owner } }, 'r1')).toEqual([]);
});
