import { describe, expect, it } from 'vitest';
import type { ActionDeclaration } from '../../functions/domain/declaration.ts';
import { isIdle, mayFetch, polled } from '../../functions/domain/polled-source.ts';
import type { Run } from '../../functions/domain/run.ts';
import { aDefinition, aRun } from './given.ts';

const roleArn = 'arn:aws:iam::111122223333:role/web';
const object = { S3Bucket: 'uploads', S3ObjectKey: 'app.zip' };
const source = (more: Partial<ActionDeclaration> = {}, type: Partial<ActionDeclaration['actionTypeId']> = {}) => ({
  name: 'Upload',
  actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1', ...type } as const,
  configuration: object,
  ...more,
});
const polledOf = (...actions: ActionDeclaration[]) =>
  polled({
    ...aDefinition({}),
    stages: [
      { name: 'Source', actions },
      { name: 'Late', actions: [source()] },
    ],
  });
const upload = { action: 'Upload', bucket: 'uploads', key: 'app.zip', roleArn };

describe('a source is polled', () => {
  it.each([
    ['by default', source(), upload],
    ['when it says so', source({ configuration: { ...object, PollForSourceChanges: 'true' } }), upload],
    ['as its own role, where it has one', source({ roleArn: 'own' }), { ...upload, actionRoleArn: 'own' }],
  ])('%s', (_, action, expected) => {
    expect(polledOf(action)).toStrictEqual([expected]);
  });

  it('for each source action of the first stage', () => {
    const other = source({ name: 'Docs', configuration: { S3Bucket: 'docs', S3ObjectKey: 'a b' } });

    expect(polledOf(source(), other)).toEqual([upload, { action: 'Docs', bucket: 'docs', key: 'a b', roleArn }]);
  });
});

describe('a source is not polled', () => {
  it.each([
    ['when it says so', source({ configuration: { ...object, PollForSourceChanges: 'false' } })],
    ['of CodeCommit', source({}, { provider: 'CodeCommit' })],
    ['of a type of one’s own', source({}, { owner: 'Custom' })],
    ['of GitHub (version 1)', source({}, { owner: 'ThirdParty', provider: 'GitHub' })],
    ['without a bucket', source({ configuration: { S3ObjectKey: 'app.zip' } })],
    ['without a key', source({ configuration: { S3Bucket: 'uploads' } })],
    ['without a configuration', { name: 'Upload', actionTypeId: source().actionTypeId }],
  ])('%s', (_, action) => {
    expect(polledOf(action)).toEqual([]);
  });

  it('of a pipeline without stages', () => {
    expect(polled({ ...aDefinition({}), stages: [] })).toEqual([]);
  });
});

it.each([
  [2_591_999_999, false],
  [2_592_000_000, false],
  [2_592_000_001, true],
  [0, false],
  [-1, false],
])('a pipeline that last ran %d ms ago is idle after thirty days: %j', (ago, idle) => {
  const now = 1_800_000_000_000;

  expect(isIdle(now - ago, now)).toBe(idle);
});

describe('a run may still fetch what is newest', () => {
  const override = { actionName: 'Fetch', revisionType: 'COMMIT_ID', revisionValue: 'abc' } as const;
  const revision = { actionName: 'Fetch', artifactName: 'Src', revisionId: 'abc' };
  const other = { ...override, actionName: 'Docs' };
  const otherRevision = { ...revision, actionName: 'Docs' };

  it.each<[boolean, string, Partial<Run>]>([
    [true, 'goes on', {}],
    [true, 'is to stop', { status: 'Stopping' }],
    [true, 'has other actions pinned and fetched', { sourceOverrides: [other], sourceRevisions: [otherRevision] }],
    [false, 'is over', { status: 'Succeeded' }],
    [false, 'is a rollback', { rollback: { target: 'good' } }],
    [false, 'is pinned, after another action', { sourceOverrides: [other, override] }],
    [false, 'has fetched, after another action', { sourceRevisions: [otherRevision, revision] }],
  ])('%j when it %s', (may, _, more) => {
    expect(mayFetch(aRun(more), 'Fetch')).toBe(may);
  });
});
