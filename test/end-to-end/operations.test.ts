import {
  type ActionDeclaration,
  CreatePipelineCommand,
  DeletePipelineCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  OverrideStageConditionCommand,
  type PipelineDeclaration,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { waitingRun } from './approval-run.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
});
afterAll(() => test?.close());

const plainStages = [noOpSourceStage, { name: 'Deploy', actions: [noOpAction('Do')] }];

async function create(name: string, stages: PipelineDeclaration['stages'] = plainStages, more = {}) {
  const pipeline = { ...declare(test.stack, name, stages), ...more };
  await test.client.send(new CreatePipelineCommand({ pipeline }));
  return pipeline;
}

async function start(name: string, more = {}): Promise<string> {
  const { pipelineExecutionId = '' } = await test.client.send(new StartPipelineExecutionCommand({ name, ...more }));
  return pipelineExecutionId;
}

async function runsOf(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries;
}

const statusOf = async (pipelineName: string, pipelineExecutionId: string) =>
  (await test.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }))).pipelineExecution;

const stateOf = async (name: string) => {
  const { stageStates = [], ...rest } = await test.client.send(new GetPipelineStateCommand({ name }));
  return { ...rest, stage: (wanted: string) => stageStates.find(({ stageName }) => stageName === wanted) };
};

function answer(
  { pipeline, token }: { pipeline: string; token: string },
  status: 'Approved' | 'Rejected',
  summary = '',
) {
  const place = { pipelineName: pipeline, stageName: 'Approve', actionName: 'Review' };
  return test.client.send(new PutApprovalResultCommand({ ...place, token, result: { status, summary } }));
}

const waitsBefore = (name: string, stage: string) =>
  waitFor(
    `a run before ${stage}`,
    async () => (await stateOf(name)).stage(stage)?.inboundExecution?.pipelineExecutionId,
  );

describe('a pipeline', () => {
  it('is read back as it was declared, with the defaults that CodePipeline adds', async () => {
    const given = await create('read-back');

    const { pipeline, metadata } = await test.client.send(new GetPipelineCommand({ name: 'read-back' }));

    expect(pipeline).toMatchObject({ ...given, version: 1, stages: [{ name: 'Source' }, { name: 'Deploy' }] });
    expect(pipeline?.stages?.[0]?.actions?.[0]).toMatchObject({ runOrder: 1, configuration: {}, inputArtifacts: [] });
    expect(metadata?.pipelineArn).toBe('arn:aws:codepipeline:us-east-1:000000000000:read-back');
  });

  it('has its name once', async () => {
    await create('once');

    await expect(create('once')).rejects.toThrow(
      expect.objectContaining({ name: 'PipelineNameInUseException', message: expect.stringContaining("'once'") }),
    );
  });

  it('keeps its old versions, and history, when it is updated', async () => {
    const given = await create('versions');
    const first = (await runsOf('versions'))[0]?.pipelineExecutionId ?? '';
    await endOf(test.client, 'versions', first);
    const stages = [noOpSourceStage, { name: 'Other', actions: [noOpAction('Do')] }];

    const { pipeline } = await test.client.send(new UpdatePipelineCommand({ pipeline: { ...given, stages } }));
    const old = await test.client.send(new GetPipelineCommand({ name: 'versions', version: 1 }));
    const second = await start('versions');
    await endOf(test.client, 'versions', second);

    expect(pipeline?.version).toBe(2);
    expect(old.pipeline?.stages?.[1]?.name).toBe('Deploy');
    expect((await statusOf('versions', first))?.pipelineVersion).toBe(1);
    expect((await statusOf('versions', second))?.pipelineVersion).toBe(2);
    await expect(test.client.send(new GetPipelineCommand({ name: 'versions', version: 3 }))).rejects.toThrow(
      expect.objectContaining({ name: 'PipelineVersionNotFoundException' }),
    );
  });

  it('that was deleted is gone with its history, its run ends, and its name is free', async () => {
    const { pipeline: name, run } = await waitingRun(test, 'deleted');

    await test.client.send(new DeletePipelineCommand({ name }));
    await test.client.send(new DeletePipelineCommand({ name }));

    await expect(stateOf(name)).rejects.toThrow(expect.objectContaining({ name: 'PipelineNotFoundException' }));
    await create(name);
    expect((await runsOf(name)).map(({ pipelineExecutionId }) => pipelineExecutionId)).not.toContain(run);
  });

  it('is listed by name, page by page', async () => {
    for (const name of ['list-c', 'list-a', 'list-b']) await create(name);
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await test.client.send(new ListPipelinesCommand({ maxResults: 2, nextToken }));
      expect(page.pipelines?.length).toBeLessThanOrEqual(2);
      seen.push(...(page.pipelines ?? []).map(({ name = '' }) => name));
      nextToken = page.nextToken;
    } while (nextToken);

    expect(seen).toEqual([...seen].sort());
    expect(seen).toEqual(expect.arrayContaining(['list-a', 'list-b', 'list-c']));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('whose update would change too much at once is refused, and stays as it was', async () => {
    const sources = (owner: string): ActionDeclaration[] =>
      Array.from({ length: 50 }, (_, index) => ({
        name: `Fetch${index}`,
        actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
        configuration: {
          ConnectionArn: `arn:aws:codestar-connections:us-east-1:000000000000:connection/${'0'.repeat(8)}-0000-4000-8000-000000000000`,
          FullRepositoryId: `${owner}/repository${index}`,
          BranchName: 'main',
        },
        outputArtifacts: [{ name: `From${index}` }],
      }));
    const stages = (owner: string) => [
      { name: 'Source', actions: sources(owner) },
      { name: 'Deploy', actions: [noOpAction('Do')] },
    ];
    const given = await create('fifty-sources', stages('before'));

    const change = test.client.send(new UpdatePipelineCommand({ pipeline: { ...given, stages: stages('after') } }));

    await expect(change).rejects.toThrow(
      expect.objectContaining({ name: 'LimitExceededException', message: expect.stringContaining('100') }),
    );
    const { pipeline } = await test.client.send(new GetPipelineCommand({ name: 'fifty-sources' }));
    expect(pipeline?.version).toBe(1);
    expect(pipeline?.stages?.[0]?.actions?.[0]?.configuration?.['FullRepositoryId']).toBe('before/repository0');
  });
});

describe('a run', () => {
  it('waits before a stage that another holds, and is superseded by a newer one', async () => {
    const first = await waitingRun(test, 'superseding');
    const second = await start('superseding');
    await waitsBefore('superseding', 'Approve');

    const third = await start('superseding');
    const superseded = await endOf(test.client, 'superseding', second);
    const { stage } = await stateOf('superseding');

    expect(superseded).toBe('Superseded');
    expect(stage('Approve')).toMatchObject({
      inboundExecution: { pipelineExecutionId: third, status: 'InProgress' },
      latestExecution: { pipelineExecutionId: first.run, status: 'InProgress' },
    });
    await answer(first, 'Approved');
    expect(await endOf(test.client, 'superseding', first.run)).toBe('Succeeded');
    await waitFor('the third at its approval', async () => {
      const holder = (await stateOf('superseding')).stage('Approve')?.latestExecution?.pipelineExecutionId;
      return holder === third ? true : undefined;
    });
  });

  it('that waits is cancelled by an update; the one inside a stage goes on with its own version', async () => {
    const first = await waitingRun(test, 'updated-in-flight');
    const second = await start('updated-in-flight');
    await waitsBefore('updated-in-flight', 'Approve');
    const { pipeline } = await test.client.send(new GetPipelineCommand({ name: 'updated-in-flight' }));

    await test.client.send(new UpdatePipelineCommand({ pipeline }));

    expect(await endOf(test.client, 'updated-in-flight', second)).toBe('Cancelled');
    expect((await statusOf('updated-in-flight', first.run))?.status).toBe('InProgress');
  });

  it('is given variables, and shows what they came to', async () => {
    await create(
      'with-variables',
      [noOpSourceStage, { name: 'Use', actions: [noOpAction('Do', 1, { Value: '#{variables.who}!' })] }],
      {
        pipelineType: 'V2',
        variables: [{ name: 'who', defaultValue: 'nobody' }],
      },
    );

    const run = await start('with-variables', { variables: [{ name: 'who', value: 'Ada' }] });
    await endOf(test.client, 'with-variables', run);
    const { actionExecutionDetails = [] } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName: 'with-variables', filter: { pipelineExecutionId: run } }),
    );

    expect((await statusOf('with-variables', run))?.variables).toEqual([{ name: 'who', resolvedValue: 'Ada' }]);
    expect(actionExecutionDetails[0]?.output?.outputVariables).toEqual({ Value: 'Ada!' });
    expect(actionExecutionDetails[0]?.input?.resolvedConfiguration).toEqual({ Value: 'Ada!' });
  });

  it('is started once by one client request token', async () => {
    await create('tokens');

    const started = await Promise.all([1, 2, 3, 4, 5].map(() => start('tokens', { clientRequestToken: 'one' })));
    const other = await start('tokens', { clientRequestToken: 'two' });

    expect(new Set(started).size).toBe(1);
    expect(started).not.toContain(other);
  });

  it('that fails says where and why', async () => {
    await create('says-why', [
      noOpSourceStage,
      { name: 'Break', actions: [noOpAction('Do', 1, { Fail: 'It is broken.' })] },
    ]);
    const run = (await runsOf('says-why'))[0]?.pipelineExecutionId ?? '';

    const status = await endOf(test.client, 'says-why', run);
    const { stage } = await stateOf('says-why');

    expect(status).toBe('Failed');
    expect(stage('Break')?.latestExecution?.status).toBe('Failed');
    expect(stage('Break')?.actionStates?.[0]?.latestExecution).toMatchObject({
      status: 'Failed',
      errorDetails: { code: 'JobFailed', message: 'It is broken.' },
    });
  });

  it('is listed, the newest first, with what started it', async () => {
    await create('history');
    const runs = [await start('history'), await start('history')];

    const listed = await runsOf('history');

    expect(listed.slice(0, 2).map(({ pipelineExecutionId }) => pipelineExecutionId)).toEqual([...runs].reverse());
    expect(listed.map(({ trigger }) => trigger?.triggerType)).toEqual([
      'StartPipelineExecution',
      'StartPipelineExecution',
      'CreatePipeline',
    ]);
  });
});

describe('an approval', () => {
  it('is answered once, by its own token', async () => {
    const open = await waitingRun(test, 'answered-once');

    const wrong = answer({ ...open, token: '00000000-0000-4000-8000-000000000000' }, 'Approved');
    await expect(wrong).rejects.toThrow(expect.objectContaining({ name: 'InvalidApprovalTokenException' }));
    const { approvedAt } = await answer(open, 'Approved', 'fine');
    const again = answer(open, 'Rejected', 'too late');
    await expect(again).rejects.toThrow(expect.objectContaining({ name: 'ApprovalAlreadyCompletedException' }));

    expect(approvedAt).toBeInstanceOf(Date);
    expect(await endOf(test.client, open.pipeline, open.run)).toBe('Succeeded');
    const review = (await stateOf(open.pipeline)).stage('Approve')?.actionStates?.[0]?.latestExecution;
    expect(review).toMatchObject({
      status: 'Succeeded',
      summary: 'fine',
      lastUpdatedBy: expect.stringContaining('root'),
    });
    expect(review?.token).toBeUndefined();
  });

  it('that is rejected fails the run with the reviewer’s words', async () => {
    const open = await waitingRun(test, 'rejected');

    await answer(open, 'Rejected', 'Not on a Friday');

    expect(await endOf(test.client, open.pipeline, open.run)).toBe('Failed');
    const review = (await stateOf(open.pipeline)).stage('Approve')?.actionStates?.[0]?.latestExecution;
    expect(review).toMatchObject({ status: 'Failed', summary: 'Not on a Friday' });
  });

  it.each([
    ['a pipeline that is not there', { pipelineName: 'nowhere' }, 'PipelineNotFoundException'],
    ['a stage that is not there', { stageName: 'Nowhere' }, 'StageNotFoundException'],
    ['an action that is not there', { actionName: 'Nobody' }, 'ActionNotFoundException'],
  ])('is not found in %s', async (_, wrong, code) => {
    await test.client
      .send(new GetPipelineStateCommand({ name: 'shared-approval' }))
      .catch(() => waitingRun(test, 'shared-approval'));
    const place = { pipelineName: 'shared-approval', stageName: 'Approve', actionName: 'Review', ...wrong };
    const result = { status: 'Approved' as const, summary: '' };
    const token = '00000000-0000-4000-8000-000000000000';

    await expect(test.client.send(new PutApprovalResultCommand({ ...place, token, result }))).rejects.toThrow(
      expect.objectContaining({ name: code }),
    );
  });
});

describe('what cannot be done', () => {
  it('is refused by the first thing that is not there: pipeline, stage, run, condition', async () => {
    await create('overridden');
    const run = (await runsOf('overridden'))[0]?.pipelineExecutionId ?? '';
    await endOf(test.client, 'overridden', run);
    const deploy = { pipelineName: 'overridden', stageName: 'Deploy', pipelineExecutionId: run };
    const refusal = (more: Partial<typeof deploy>) => {
      const override = new OverrideStageConditionCommand({ ...deploy, conditionType: 'ON_SUCCESS', ...more });
      return test.client.send(override).catch(({ name, message }: Error) => `${name}: ${message}`);
    };

    expect(await refusal({ pipelineName: 'nobody' })).toMatch(/^PipelineNotFoundException/);
    expect(await refusal({ stageName: 'Nowhere' })).toMatch(/^StageNotFoundException/);
    expect(await refusal({ pipelineExecutionId: '00000000-0000-7000-8000-000000000000' })).toMatch(
      /^ConditionNotOverridableException: .* no such execution/,
    );
    expect(await refusal({})).toMatch(/^ConditionNotOverridableException: .* no such condition/);
    const newer = await start('overridden');
    await endOf(test.client, 'overridden', newer);
    expect(await refusal({})).toMatch(/^NotLatestPipelineExecutionException/);
  });

  it('names all that is wrong with the shape of a request', async () => {
    const pipeline = { ...declare(test.stack, 'no name!', []), roleArn: 'nobody' };

    await expect(test.client.send(new CreatePipelineCommand({ pipeline }))).rejects.toThrow(
      expect.objectContaining({
        name: 'ValidationException',
        message: expect.stringMatching(
          /2 validation errors.*pipeline\.name.*pipeline\.roleArn|2 validation errors.*pipeline\.roleArn.*pipeline\.name/s,
        ),
      }),
    );
  });
});
