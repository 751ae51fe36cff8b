import { describe, expect, test } from 'vitest';
import type { ActionStatus } from '../../functions/domain/action.ts';
import type { Situation } from '../../functions/domain/decide.ts';
import type { RetryMode } from '../../functions/domain/declaration.ts';
import { type Gate, gateOf } from '../../functions/domain/pipeline.ts';
import { retry } from '../../functions/domain/retry.ts';
import type { Run } from '../../functions/domain/run.ts';
import { aDefinition, anAction, aPipeline, aRun, aToken, pipelineId, runId, visitor } from './given.ts';

const definition = aDefinition({ Source: [1], Ship: [1, 2, 2, 3] });
const ship = definition.stages[1];
const names = ship?.actions.map(({ name }) => name) ?? [];
const given = { now: 9000, newId: () => 'new-id', timeoutInMinutes: () => 10 };

function situation(
  statuses: readonly ActionStatus[],
  { run = {}, gate = {} }: { run?: Partial<Run>; gate?: Partial<Gate> } = {},
): Situation {
  return {
    run: aRun({ stage: 'Ship', step: 2, status: 'Failed', spent: 500, ...run }),
    pipeline: aPipeline([{ stage: 'Ship', last: { ...visitor(runId, 1), status: 'Failed' }, waiting: [], ...gate }]),
    definition,
    step: statuses.map((status, index) => anAction({ action: names[1 + index] ?? '', status })),
  };
}

describe('a stage that is retried', () => {
  test('runs again what has failed, and only that', () => {
    const change = retry(situation(['Succeeded', 'Failed']), 'Ship', 'FAILED_ACTIONS', given);
    const { run, opened, pipeline } = change;

    expect(change).toMatchObject({ abandoned: [], entered: [], superseded: [] });
    expect(run).toMatchObject({ status: 'InProgress', place: 'inside', stage: 'Ship', attempt: 1, step: 2 });
    expect(opened).toMatchObject([
      {
        key: `${pipelineId}/${runId}/01.001.002.02`,
        id: 'new-id',
        action: names[2],
        status: 'Pending',
        startTime: 9000,
        deadline: 9000 + 600_000,
        retries: 1,
      },
    ]);
    expect(gateOf(pipeline ?? aPipeline(), 'Ship')).toEqual({
      stage: 'Ship',
      holder: runId,
      last: { ...visitor(runId, 1), status: 'InProgress', retries: 1 },
      waiting: [],
    });
  });

  test.each<ActionStatus>(['Failed', 'Abandoned', 'TimedOut', 'StartOutcomeUnknown'])(
    'counts %s as failed',
    (status) => {
      const { opened } = retry(situation([status, status]), 'Ship', 'FAILED_ACTIONS', given);

      expect(opened.map(({ action }) => action)).toEqual([names[1], names[2]]);
    },
  );

  test('begins anew where all of it is to run', () => {
    const { run, opened } = retry(situation(['Succeeded', 'Failed']), 'Ship', 'ALL_ACTIONS', given);

    expect(run).toMatchObject({ attempt: 1, step: 0 });
    expect(opened).toEqual([]);
  });

  test('goes on in an execution of its own, which knows nothing of the old one', () => {
    const old = { token: aToken(), decided: aToken().order, statusSummary: 'why', stop: { reason: 'r' } };

    const { run } = retry(situation(['Failed', 'Failed'], { run: old }), 'Ship', 'ALL_ACTIONS', given);

    expect(run).toMatchObject({ execution: 2, spent: 3, retried: { times: 1, stage: 'Ship', at: 9000 } });
    for (const gone of Object.keys(old)) expect(run).not.toHaveProperty(gone);
  });

  test('counts how often', () => {
    const run = { retried: { times: 2, stage: 'Source', at: 1 }, attempt: 3, execution: 4 };
    const gate = { last: { ...visitor(runId, 1), status: 'Failed' as const, retries: 3 } };

    const change = retry(situation(['Failed'], { run, gate }), 'Ship', 'ALL_ACTIONS', given);

    expect(change.run).toMatchObject({ retried: { times: 3, stage: 'Ship' }, attempt: 4, execution: 5 });
    expect(gateOf(change.pipeline ?? aPipeline(), 'Ship').last?.retries).toBe(4);
  });

  test('may have a disabled transition, which keeps out who waits for it', () => {
    const gate = { disabled: { reason: 'freeze', by: 'jo', at: 1, since: 1 }, waiting: [visitor('next', 2)] };

    const { pipeline } = retry(situation(['Failed'], { gate }), 'Ship', 'ALL_ACTIONS', given);

    expect(gateOf(pipeline ?? aPipeline(), 'Ship')).toMatchObject({ holder: runId, ...gate });
  });

  test.each(['beforeEntry', 'onSuccess'] as const)(
    'has the rules of %s evaluated anew, also where none failed',
    (type) => {
      const of = situation(['Succeeded'], { run: { status: 'Stopped', condition: type } });

      expect(retry(of, 'Ship', 'FAILED_ACTIONS', given).run).toMatchObject({ condition: type, attempt: 1, step: 2 });
      expect(retry(of, 'Ship', 'ALL_ACTIONS', given).run).not.toHaveProperty('condition');
    },
  );

  test('may be one that was stopped', () => {
    const { run } = retry(situation(['Abandoned'], { run: { status: 'Stopped' } }), 'Ship', 'FAILED_ACTIONS', given);

    expect(run.status).toBe('InProgress');
  });
});

describe('a stage that cannot be retried', () => {
  const rows: {
    name: string;
    run?: Partial<Run>;
    gate?: Partial<Gate>;
    statuses?: readonly ActionStatus[];
    stage?: string;
    mode?: RetryMode;
    code: string;
    says?: string;
  }[] = [
    {
      name: 'the run goes on',
      run: { status: 'InProgress' },
      code: 'StageNotRetryableException',
      says: "cannot retry stage 'Ship': the execution has not failed or stopped in it, but is InProgress.",
    },
    { name: 'the run has succeeded', run: { status: 'Succeeded' }, code: 'StageNotRetryableException' },
    { name: 'the run was cancelled', run: { status: 'Cancelled' }, code: 'StageNotRetryableException' },
    { name: 'the run was superseded', run: { status: 'Superseded' }, code: 'StageNotRetryableException' },
    { name: 'the run stopped before it', run: { place: 'inbound' }, code: 'StageNotRetryableException' },
    { name: 'the run failed in another', stage: 'Source', code: 'StageNotRetryableException' },
    {
      name: 'another run has come since',
      gate: { last: { ...visitor('newer', 2), status: 'Succeeded' } },
      code: 'NotLatestPipelineExecutionException',
      says: "cannot retry stage 'Ship': a later one has entered it since.",
    },
    {
      name: 'another run is inside',
      gate: { holder: 'newer', last: { ...visitor('newer', 2), status: 'InProgress' } },
      code: 'NotLatestPipelineExecutionException',
    },
    {
      name: 'the pipeline was updated',
      run: { version: 0 },
      code: 'StageNotRetryableException',
      says: 'the pipeline was updated since the execution began.',
    },
    {
      name: 'none of its actions has failed',
      run: { status: 'Stopped' },
      statuses: ['Succeeded', 'Succeeded'],
      code: 'StageNotRetryableException',
      says: 'none of its actions has failed: retry all of them.',
    },
  ];
  test.each(rows)(
    'is refused: $name',
    ({ run, gate, statuses = ['Failed'], stage = 'Ship', mode = 'FAILED_ACTIONS', code, says = '' }) => {
      const was = situation(statuses, { ...(run && { run }), ...(gate && { gate }) });

      expect(() => retry(was, stage, mode, given)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(says) }),
      );
    },
  );
});
