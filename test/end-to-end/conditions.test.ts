import {
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListRuleExecutionsCommand,
  OverrideStageConditionCommand,
  RetryStageExecutionCommand,
  type RuleDeclaration,
  type StageDeclaration,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const clock = new TurnableClock();
let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), clock });
}, 60_000);
afterAll(() => test?.close());

const minute = 60_000;

function rule(name: string, provider: string, configuration: Record<string, string>): RuleDeclaration {
  return { name, ruleTypeId: { category: 'Rule', owner: 'AWS', provider, version: '1' }, configuration };
}
/** Holds for a run whose variable is `yes`. */
const check = rule('Check', 'VariableCheck', { Variable: '#{variables.Go}', Value: 'yes', Operator: 'EQ' });
/** Opens in some minutes of the local stack's time. */
const window = () => {
  const opens = new Date(clock.now() + 20 * minute);
  return rule('Window', 'DeploymentWindow', { Cron: `0 ${opens.getUTCMinutes()} ${opens.getUTCHours()} * * ?` });
};
const conditions = (result: 'FAIL' | 'SKIP' | 'ROLLBACK', ...rules: RuleDeclaration[]) => ({
  conditions: [{ result, rules }],
});

/** A pipeline whose second stage has conditions, with its runs started by hand: the first is that of its making. */
async function pipeline(name: string, ship: Partial<StageDeclaration>): Promise<void> {
  const stages = [
    noOpSourceStage,
    { name: 'Ship', actions: [noOpAction('Do')], ...ship },
    { name: 'Tell', actions: [noOpAction('Say')] },
  ];
  const variables = [{ name: 'Go', defaultValue: 'yes' }];
  await test.client.send(
    new CreatePipelineCommand({
      pipeline: { ...declare(test.stack, name, stages), pipelineType: 'V2', executionMode: 'QUEUED', variables },
    }),
  );
}

async function start(name: string, go: 'yes' | 'no'): Promise<string> {
  const { pipelineExecutionId = '' } = await test.client.send(
    new StartPipelineExecutionCommand({ name, variables: [{ name: 'Go', value: go }] }),
  );
  return pipelineExecutionId;
}

async function shipOf(name: string) {
  const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find(({ stageName }) => stageName === 'Ship') ?? {};
}

async function rulesOf(pipelineName: string, pipelineExecutionId: string) {
  const { ruleExecutionDetails = [] } = await test.client.send(
    new ListRuleExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return ruleExecutionDetails.toReversed().map(({ ruleName, status }) => `${ruleName} ${status}`);
}

async function actionsOf(pipelineName: string, pipelineExecutionId: string) {
  const { actionExecutionDetails = [] } = await test.client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return actionExecutionDetails.toReversed().map(({ actionName, status }) => `${actionName} ${status}`);
}

/** The states of a stage's conditions as GetPipelineState has them. */
function statusesOf(ship: Awaited<ReturnType<typeof shipOf>>) {
  const { beforeEntryConditionState: entry, onSuccessConditionState: success } = ship;
  return [entry, success].map((state) => state?.latestExecution?.status);
}

async function override(pipelineName: string, pipelineExecutionId: string, type: 'BEFORE_ENTRY' | 'ON_SUCCESS') {
  await test.client.send(
    new OverrideStageConditionCommand({
      pipelineName,
      pipelineExecutionId,
      stageName: 'Ship',
      conditionType: type,
    }),
  );
}

describe('a stage with an entry condition', () => {
  it('is entered when it holds, and told of in state and history', async () => {
    await pipeline('held', { beforeEntry: conditions('FAIL', check), onSuccess: conditions('FAIL', check) });
    const run = await start('held', 'yes');

    expect(await endOf(test.client, 'held', run)).toBe('Succeeded');

    expect(await rulesOf('held', run)).toEqual(['Check Succeeded', 'Check Succeeded']);
    expect(statusesOf(await shipOf('held'))).toEqual(['Succeeded', 'Succeeded']);
    const { ruleExecutionDetails: [last] = [] } = await test.client.send(
      new ListRuleExecutionsCommand({ pipelineName: 'held', filter: { pipelineExecutionId: run } }),
    );
    expect(last?.input).toMatchObject({
      ruleTypeId: { category: 'Rule', provider: 'VariableCheck' },
      configuration: { Variable: '#{variables.Go}' },
      resolvedConfiguration: { Variable: 'yes' },
    });
  });

  it('fails when it does not hold, and begins anew when it is retried or overridden', async () => {
    await pipeline('kept-out', { beforeEntry: conditions('FAIL', check) });
    const run = await start('kept-out', 'no');
    expect(await endOf(test.client, 'kept-out', run)).toBe('Failed');
    const failed = await shipOf('kept-out');
    expect([failed.latestExecution?.status, ...statusesOf(failed)]).toEqual(['Failed', 'Failed', undefined]);

    const place = { pipelineName: 'kept-out', stageName: 'Ship', pipelineExecutionId: run } as const;
    await test.client.send(new RetryStageExecutionCommand({ ...place, retryMode: 'FAILED_ACTIONS' }));
    expect(await endOf(test.client, 'kept-out', run)).toBe('Failed');
    await override('kept-out', run, 'BEFORE_ENTRY');

    expect(await endOf(test.client, 'kept-out', run)).toBe('Succeeded');
    expect(await rulesOf('kept-out', run)).toEqual(['Check Failed', 'Check Failed']);
    expect(await actionsOf('kept-out', run)).toEqual(['Begin Succeeded', 'Do Succeeded', 'Say Succeeded']);
    expect(statusesOf(await shipOf('kept-out'))).toEqual(['Overridden', undefined]);
    await expect(override('kept-out', run, 'BEFORE_ENTRY')).rejects.toThrow(
      expect.objectContaining({ name: 'ConditionNotOverridableException' }),
    );
  });

  it('is skipped when that says so', async () => {
    await pipeline('skipped', { beforeEntry: conditions('SKIP', check) });
    const run = await start('skipped', 'no');

    expect(await endOf(test.client, 'skipped', run)).toBe('Succeeded');

    expect((await shipOf('skipped')).latestExecution?.status).toBe('Skipped');
    expect(await actionsOf('skipped', run)).toEqual(['Begin Succeeded', 'Say Succeeded']);
    await expect(override('skipped', run, 'BEFORE_ENTRY')).rejects.toThrow('its result is SKIP');
  });

  it('waits for its window, or for who overrides it', async () => {
    await pipeline('windowed', { beforeEntry: conditions('FAIL', window()) });
    const [first, second] = [await runOf('windowed'), await start('windowed', 'yes')];
    await evaluating('windowed', first);

    clock.turn(21 * minute);
    expect(await endOf(test.client, 'windowed', first)).toBe('Succeeded');
    await evaluating('windowed', second);
    await override('windowed', second, 'BEFORE_ENTRY');

    expect(await endOf(test.client, 'windowed', second)).toBe('Succeeded');
    expect(await rulesOf('windowed', first)).toEqual(['Window Succeeded']);
    expect(await rulesOf('windowed', second)).toEqual(['Window Abandoned']);
  });
});

describe('a stage with a success condition', () => {
  it('is rolled back when it does not hold', async () => {
    await pipeline('undone', { onSuccess: conditions('ROLLBACK', check) });
    const good = await start('undone', 'yes');
    expect(await endOf(test.client, 'undone', good)).toBe('Succeeded');
    const run = await start('undone', 'no');

    expect(await endOf(test.client, 'undone', run)).toBe('Failed');

    const back = await waitFor('the rollback', async () => {
      const { latestExecution } = await shipOf('undone');
      return latestExecution?.type === 'ROLLBACK' ? latestExecution.pipelineExecutionId : undefined;
    });
    expect(await endOf(test.client, 'undone', back)).toBe('Succeeded');
    expect(await actionsOf('undone', back)).toEqual(['Do Succeeded']);
  });
});

describe('a stage with a failure condition', () => {
  it.each([
    ['holds', 'yes', false],
    ['fails', 'no', true],
  ] as const)('that %s is rolled back: %s, %s', async (name, go, isRolledBack) => {
    const failing = noOpAction('Do', 1, { Fail: '#{variables.Go}' });
    await pipeline(name, { actions: [failing], onFailure: conditions('ROLLBACK', check) });
    const run = await start(name, go);

    expect(await endOf(test.client, name, run)).toBe('Failed');

    expect(await rulesOf(name, run)).toEqual([`Check ${isRolledBack ? 'Failed' : 'Succeeded'}`]);
    // There is nothing to roll back to: the stage has failed, and stays so.
    expect((await shipOf(name)).latestExecution).toMatchObject({ pipelineExecutionId: run, status: 'Failed' });
  });
});

/** The run that the pipeline began with. */
async function runOf(name: string): Promise<string> {
  return waitFor('a run in the stage', async () => (await shipOf(name)).latestExecution?.pipelineExecutionId);
}

/** Until the rules of the entry condition go on for a run. */
async function evaluating(name: string, run: string): Promise<void> {
  await waitFor('the condition', async () => {
    const { latestExecution, beforeEntryConditionState: entry } = await shipOf(name);
    const rule = entry?.conditionStates?.[0]?.ruleStates?.[0]?.latestExecution;
    const isHere = latestExecution?.pipelineExecutionId === run && entry?.latestExecution?.status === 'InProgress';
    return (isHere && rule?.summary !== undefined) || undefined;
  });
}
