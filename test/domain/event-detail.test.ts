import { describe, expect, test } from 'vitest';
import { actionDetail, detailTypes, runDetail } from '../../functions/domain/event-detail.ts';
import { anAction, aRun, iso, runId } from './given.ts';

const git = {
  providerType: 'GitHub',
  repository: 'acme/web',
  connectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/x',
  commitId: 'c0ffee',
  commitMessage: 'Fix it',
};
const gitDetail = {
  'provider-type': 'GitHub',
  'full-repository-name': 'acme/web',
  'connection-arn': git.connectionArn,
  'commit-id': 'c0ffee',
  'commit-message': 'Fix it',
};

test('each level has the name that rules match', () => {
  expect(detailTypes).toEqual({
    Pipeline: 'CodePipeline Pipeline Execution State Change',
    Stage: 'CodePipeline Stage Execution State Change',
    Action: 'CodePipeline Action Execution State Change',
  });
});

describe('the detail of a run', () => {
  const common = {
    pipeline: 'web',
    'execution-id': runId,
    'start-time': '1970-01-01T00:00:01.000Z',
    version: 1,
    'pipeline-execution-attempt': 1,
  };
  const trigger = {
    'trigger-type': 'StartPipelineExecution',
    'trigger-detail': 'arn:aws:iam::111122223333:user/jo',
  };

  test('says what triggered it when it starts', () => {
    const detail = runDetail(aRun(), { level: 'Pipeline', state: 'STARTED' }, iso);

    expect(detail).toStrictEqual({ ...common, 'execution-trigger': trigger, state: 'STARTED' });
  });

  test('does not say it again when it ends', () => {
    const detail = runDetail(aRun(), { level: 'Pipeline', state: 'FAILED' }, iso);

    expect(detail).toStrictEqual({ ...common, state: 'FAILED' });
  });

  test('names the stage, and no trigger', () => {
    const run = aRun({ trigger: { type: 'WebhookV2', detail: '', git } });

    const detail = runDetail(run, { level: 'Stage', stage: 'Build', state: 'STARTED' }, iso);

    expect(detail).toStrictEqual({ ...common, stage: 'Build', state: 'STARTED' });
  });

  test('counts attempts from 1', () => {
    const run = aRun({ attempt: 1, retried: { times: 2, stage: 'Build', at: 600_447 } });

    const detail = runDetail(run, { level: 'Stage', stage: 'Build', state: 'RESUMED' }, iso);
    const other = runDetail(run, { level: 'Stage', stage: 'Ship', state: 'STARTED' }, iso);

    expect(detail).toMatchObject({
      'pipeline-execution-attempt': 3,
      'stage-last-retry-attempt-time': '1970-01-01T00:10:00.447Z',
      state: 'RESUMED',
    });
    expect(other).not.toHaveProperty('stage-last-retry-attempt-time');
  });

  test('says why a run is to stop, when it is asked to', () => {
    const run = aRun({ status: 'Stopping', stop: { reason: 'Wrong branch' } });

    const asked = runDetail(run, { level: 'Pipeline', state: 'STOPPING' }, iso);
    const stopped = runDetail(run, { level: 'Pipeline', state: 'STOPPED' }, iso);

    expect(asked).toMatchObject({ 'stop-execution-comments': 'Wrong branch' });
    expect(stopped).not.toHaveProperty('stop-execution-comments');
  });

  test.each(['STARTED', 'SUCCEEDED'] as const)('tells of the commit of a git trigger: %s', (state) => {
    const run = aRun({ trigger: { type: 'WebhookV2', detail: '', git } });

    const detail = runDetail(run, { level: 'Pipeline', state }, iso);

    expect(detail).toStrictEqual({ ...common, 'execution-trigger': gitDetail, state });
  });

  test('names the tag that was pushed', () => {
    const detail = runDetail(
      aRun({ trigger: { type: 'WebhookV2', detail: 'd', git: { ...git, tag: 'v1' } } }),
      { level: 'Pipeline', state: 'SUCCEEDED' },
      iso,
    );

    expect(detail).toHaveProperty('execution-trigger', { ...gitDetail, 'tag-name': 'v1' });
  });

  test.each([
    { level: 'Pipeline', state: 'SUCCEEDED', stop: { reason: 'r' } },
    { level: 'Pipeline', state: 'STOPPING', stop: {} },
    { level: 'Pipeline', state: 'STOPPING', stop: undefined },
    { level: 'Stage', stage: 'Build', state: 'STOPPING', stop: { reason: 'r' } },
  ] as const)('has no comment of who stopped it: %j', ({ stop, ...change }) => {
    expect(runDetail(aRun(stop ? { stop } : {}), change, iso)).not.toHaveProperty('stop-execution-comments');
  });

  test('tells of all that is known of the commit', () => {
    const author = { authorId: 'jo', authorName: 'Jo', authorEmail: 'jo@example.com', authorDate: '2026-01-02' };
    const run = aRun({ trigger: { type: 'WebhookV2', detail: '', git: { ...git, ...author, branch: 'main' } } });

    const detail = runDetail(run, { level: 'Pipeline', state: 'STARTED' }, iso);

    expect(detail).toMatchObject({
      'execution-trigger': {
        ...gitDetail,
        'author-id': 'jo',
        'author-display-name': 'Jo',
        'author-email': 'jo@example.com',
        'author-date': '2026-01-02',
        'branch-name': 'main',
      },
    });
  });
});

describe('the detail of an action', () => {
  const artifact = { name: 'Src', bucket: 'store', key: 'web/Src/x', versionId: 'v1', sha256: 'abc' };
  const artifactDetail = [{ name: 'Src', s3location: { bucket: 'store', key: 'web/Src/x' } }];
  const common = {
    pipeline: 'web',
    'execution-id': runId,
    'start-time': '1970-01-01T00:00:01.000Z',
    stage: 'Ship',
    'action-execution-id': anAction().id,
    action: 'Ask',
    region: 'eu-west-1',
    type: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
    version: 1,
    'pipeline-execution-attempt': 1,
  };
  const failure = { code: 'JobFailed', message: 'It broke.' } as const;
  const external = { url: 'https://builds.example/1', externalId: 'b:1', summary: 'Built' };
  const rows = [
    {
      name: 'starts, with inputs',
      state: 'STARTED',
      more: { inputs: [artifact], outputs: [artifact] },
      leads: { 'input-artifacts': artifactDetail },
    },
    { name: 'starts, with an empty list of inputs', state: 'STARTED', more: { inputs: [] }, leads: {} },
    { name: 'starts, with nothing', state: 'STARTED', more: external, leads: {} },
    {
      name: 'succeeds',
      state: 'SUCCEEDED',
      more: { inputs: [artifact], outputs: [artifact], ...external },
      leads: {
        'output-artifacts': artifactDetail,
        'execution-result': {
          'external-execution-url': 'https://builds.example/1',
          'external-execution-summary': 'Built',
          'external-execution-id': 'b:1',
        },
      },
    },
    { name: 'succeeds with nothing', state: 'SUCCEEDED', more: { outputs: [] }, leads: { 'execution-result': {} } },
    {
      name: 'fails',
      state: 'FAILED',
      more: { failure, ...external },
      leads: {
        'execution-result': {
          'external-execution-url': 'https://builds.example/1',
          'external-execution-summary': 'It broke.',
          'external-execution-id': 'b:1',
          'error-code': 'JobFailed',
        },
      },
    },
    { name: 'is abandoned', state: 'ABANDONED', more: external, leads: {} },
  ] as const;

  test.each(rows)('that $name', ({ state, more, leads }) => {
    const detail = actionDetail(anAction(more), runId, { level: 'Action', state }, 'eu-west-1', iso);

    expect(detail).toStrictEqual({ ...common, ...leads, state });
  });
});
