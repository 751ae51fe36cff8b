import { describe, expect, test } from 'vitest';
import type { ActionDeclaration, PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { followed } from '../../functions/domain/followed-branch.ts';
import { aDefinition } from './given.ts';

const connection = '00000000-0000-4000-8000-0000000000cc';
const configuration = {
  ConnectionArn: `arn:aws:codeconnections:eu-west-1:111122223333:connection/${connection}`,
  FullRepositoryId: 'acme/web',
  BranchName: 'main',
};
const source = (name: string, config?: Record<string, string>, provider = 'CodeStarSourceConnection') =>
  ({
    name,
    actionTypeId: { category: 'Source', owner: 'AWS', provider, version: '1' },
    ...(config ? { configuration: config } : {}),
  }) satisfies ActionDeclaration;
const pipeline = (...actions: ActionDeclaration[]): PipelineDeclaration => ({
  ...aDefinition({}),
  stages: [
    { name: 'Source', actions },
    { name: 'Later', actions: [source('Late', configuration)] },
  ],
});
const main = { connection, repository: 'acme/web', branch: 'main', action: 'Fetch' };

describe('a branch is followed', () => {
  test.each([
    { name: 'by default', more: {} },
    { name: 'when it says so', more: { DetectChanges: 'true' } },
  ])('$name', ({ more }) => {
    const branches = followed(pipeline(source('Fetch', { ...configuration, ...more })));

    expect(branches).toStrictEqual([main]);
  });

  test('by each source action of the first stage', () => {
    const branches = followed(
      pipeline(source('Fetch', configuration), source('Docs', { ...configuration, BranchName: 'docs' })),
    );

    expect(branches).toEqual([main, { ...main, branch: 'docs', action: 'Docs' }]);
  });
});

test('a custom source that has the provider of connections follows none', () => {
  const { actionTypeId, ...rest } = source('Fetch', configuration);

  expect(followed(pipeline({ ...rest, actionTypeId: { ...actionTypeId, owner: 'Custom' } }))).toEqual([]);
});

describe('a trigger', () => {
  const filters = { push: [{ tags: { includes: ['v*'] } }] };
  const triggers = [
    { providerType: 'CodeStarSourceConnection' as const, gitConfiguration: { sourceActionName: 'Fetch', ...filters } },
  ];

  test.each(['true', 'false'])('says what its action follows, whatever DetectChanges says: %s', (DetectChanges) => {
    const branches = followed({ ...pipeline(source('Fetch', { ...configuration, DetectChanges })), triggers });

    expect(branches).toEqual([{ ...main, filters }]);
  });

  test.each([
    { pullRequest: [{ events: ['OPEN' as const] }] },
    { push: [{}], pullRequest: [{}] },
    { push: [], pullRequest: [] },
    {},
  ])('is known by its filters alone: %j', (other) => {
    const [trigger] = triggers;
    const branches = followed({
      ...pipeline(source('Fetch', configuration)),
      triggers: trigger ? [{ ...trigger, gitConfiguration: { sourceActionName: 'Fetch', ...other } }] : [],
    });

    expect(branches).toStrictEqual([{ ...main, filters: other }]);
  });

  test.each([
    { name: 'of another provider', action: source('Fetch', configuration, 'S3') },
    { name: 'without a branch', action: source('Fetch', { ...configuration, BranchName: '' }) },
  ])('makes nothing be followed by an action $name', ({ action }) => {
    expect(followed({ ...pipeline(action), triggers })).toEqual([]);
  });

  test('leaves other actions as they are', () => {
    const branches = followed({ ...pipeline(source('Fetch', configuration), source('Docs', configuration)), triggers });

    expect(branches).toEqual([
      { ...main, filters },
      { ...main, action: 'Docs' },
    ]);
  });
});

describe('nothing is followed', () => {
  test.each([
    {
      name: 'when changes are not to be detected',
      action: source('Fetch', { ...configuration, DetectChanges: 'false' }),
    },
    { name: 'by another provider', action: source('Fetch', configuration, 'S3') },
    { name: 'through what is no connection', action: source('Fetch', { ...configuration, ConnectionArn: 'x' }) },
    { name: 'without a repository', action: source('Fetch', { ...configuration, FullRepositoryId: '' }) },
    { name: 'without a branch', action: source('Fetch', { ...configuration, BranchName: '' }) },
    { name: 'without a configuration', action: source('Fetch') },
  ])('$name', ({ action }) => {
    const branches = followed(pipeline(action));

    expect(branches).toEqual([]);
  });

  test('by a pipeline without stages', () => {
    const branches = followed({ ...aDefinition({}), stages: [] });

    expect(branches).toEqual([]);
  });
});
