import { describe, expect, it, test } from 'vitest';
import { isDone } from '../../functions/domain/action.ts';
import type { ConditionType } from '../../functions/domain/declaration.ts';
import { gateOf } from '../../functions/domain/pipeline.ts';
import { isFinal } from '../../functions/domain/run.ts';
import { withConditions } from './conditions.ts';
import { Driver } from './pipeline-driver.ts';

type Results = Partial<Record<ConditionType, string>>;

/** Brings a run on until it is over or waits, and tells what ran in stage B, in which order. `fails`: what of it fails. */
function walk(driver: Driver, id: string, fails: readonly string[] = []): readonly string[] {
  const ran: string[] = [];
  for (let round = 0; round < 40 && !isFinal(driver.run(id).status); round++) {
    driver.decide(id);
    for (const open of driver.stepOf(driver.run(id)).filter(({ status }) => !isDone(status))) {
      const name = `${open.condition ?? ''} ${open.action}`.trim();
      driver.complete(id, fails.includes(name) && open.stage === 'B' ? 'Failed' : 'Succeeded');
      if (open.stage === 'B') ran.push(name);
    }
  }
  return ran;
}

function begun(results: Results, mode: 'SUPERSEDED' | 'QUEUED' | 'PARALLEL' = 'SUPERSEDED'): Driver {
  const driver = new Driver(mode, withConditions(results));
  driver.open('r1');
  return driver;
}

const entry = ['beforeEntry R1', 'beforeEntry R2'];
const success = ['onSuccess R1', 'onSuccess R2'];
const failure = ['onFailure R1', 'onFailure R2'];
const actions = ['A1', 'A2'];

describe('a stage with conditions', () => {
  const all = { beforeEntry: 'FAIL', onSuccess: 'FAIL', onFailure: 'ROLLBACK' };
  const rows: readonly {
    readonly name: string;
    readonly results: Results;
    readonly fails: readonly string[];
    readonly ran: readonly string[];
    readonly run: string;
    readonly stage: string;
    readonly summary?: string;
  }[] = [
    {
      name: 'evaluates entry before its actions and success after them',
      results: all,
      fails: [],
      ran: [...entry, ...actions, ...success],
      run: 'Succeeded',
      stage: 'Succeeded',
    },
    {
      name: 'fails when one rule of its entry condition fails',
      results: all,
      fails: ['beforeEntry R2'],
      ran: entry,
      run: 'Failed',
      stage: 'Failed',
      summary: 'The condition beforeEntry of stage B has failed.',
    },
    {
      name: 'is skipped when its entry condition says so',
      results: { ...all, beforeEntry: 'SKIP' },
      fails: ['beforeEntry R1'],
      ran: entry,
      run: 'Succeeded',
      stage: 'Skipped',
    },
    {
      name: 'fails when its success condition fails',
      results: all,
      fails: ['onSuccess R1'],
      ran: [...entry, ...actions, ...success],
      run: 'Failed',
      stage: 'Failed',
      summary: 'The condition onSuccess of stage B has failed.',
    },
    {
      name: 'stays succeeded when its success condition rolls it back',
      results: { onSuccess: 'ROLLBACK' },
      fails: ['onSuccess R1'],
      ran: [...actions, ...success],
      run: 'Failed',
      stage: 'Succeeded',
      summary: 'The condition onSuccess of stage B has failed.',
    },
    {
      name: 'is not skipped when its entry condition says so, and an action fails',
      results: { beforeEntry: 'SKIP' },
      fails: ['A1'],
      ran: [...entry, 'A1'],
      run: 'Failed',
      stage: 'Failed',
    },
    {
      name: 'has not succeeded when its success condition would roll it back, and an action fails',
      results: { onSuccess: 'ROLLBACK' },
      fails: ['A2'],
      ran: actions,
      run: 'Failed',
      stage: 'Failed',
    },
    {
      name: 'evaluates its failure condition when an action fails',
      results: all,
      fails: ['A1'],
      ran: [...entry, 'A1', ...failure],
      run: 'Failed',
      stage: 'Failed',
    },
    {
      name: 'has failed, whatever its failure condition comes to',
      results: all,
      fails: ['A1', 'onFailure R1'],
      ran: [...entry, 'A1', ...failure],
      run: 'Failed',
      stage: 'Failed',
    },
  ];

  test.each(rows)('$name', ({ results, fails, ran, run, stage, summary }) => {
    const driver = begun(results);

    expect(walk(driver, 'r1', fails)).toEqual(ran);

    expect(driver.run('r1').status).toBe(run);
    expect(driver.run('r1').statusSummary).toBe(summary);
    expect(gateOf(driver.pipeline, 'B').last?.status).toBe(stage);
    expect([...driver.actions.values()].filter(({ status }) => !isDone(status))).toEqual([]);
  });

  test('of PARALLEL mode evaluates them as well', () => {
    const driver = begun({ beforeEntry: 'FAIL', onSuccess: 'FAIL' }, 'PARALLEL');

    expect(walk(driver, 'r1')).toEqual([...entry, ...actions, ...success]);

    expect(driver.run('r1').status).toBe('Succeeded');
  });

  test('that is skipped has not succeeded, and the next stage is entered', () => {
    const driver = begun({ beforeEntry: 'SKIP' });

    walk(driver, 'r1', ['beforeEntry R1']);

    expect(driver.passed).toEqual(['A', 'C']);
  });

  test('that is skipped as the last has not succeeded, and its run has', () => {
    const definition = withConditions({ beforeEntry: 'SKIP' });
    const driver = new Driver('SUPERSEDED', { ...definition, stages: definition.stages.slice(0, 2) });
    driver.open('r1');

    walk(driver, 'r1', ['beforeEntry R1']);

    expect(driver.passed).toEqual(['A']);
    expect(driver.run('r1')).toMatchObject({ status: 'Succeeded', left: { stage: 'B', status: 'Skipped' } });
    expect(gateOf(driver.pipeline, 'B').last?.status).toBe('Skipped');
  });

  test('ends as Stopped when the run was asked to stop while its rules went on', () => {
    const driver = begun({ beforeEntry: 'SKIP' });
    until(driver, 'beforeEntry');
    driver.stop('r1', false);

    walk(driver, 'r1', ['beforeEntry R1']);

    expect(driver.run('r1').status).toBe('Stopped');
  });

  test('ends as Cancelled when the pipeline was updated while its rules went on', () => {
    const driver = begun({ beforeEntry: 'FAIL' });
    until(driver, 'beforeEntry');
    driver.update('SUPERSEDED');

    walk(driver, 'r1');

    expect(driver.run('r1').status).toBe('Cancelled');
  });
});

describe('a stage that failed by a condition', () => {
  test.each(['ALL_ACTIONS', 'FAILED_ACTIONS'] as const)('of its entry begins anew when it is retried: %s', (mode) => {
    const driver = begun({ beforeEntry: 'FAIL' });
    walk(driver, 'r1', ['beforeEntry R1']);

    driver.retry('r1', mode);

    expect(walk(driver, 'r1')).toEqual([...entry, ...actions]);
    expect(driver.run('r1').status).toBe('Succeeded');
  });

  test('of its success evaluates it again when its failed actions are retried', () => {
    const driver = begun({ onSuccess: 'FAIL' });
    walk(driver, 'r1', ['onSuccess R1']);

    driver.retry('r1', 'FAILED_ACTIONS');

    expect(walk(driver, 'r1')).toEqual(success);
    expect(driver.run('r1').status).toBe('Succeeded');
  });

  test('of its success runs all again when all are retried', () => {
    const driver = begun({ beforeEntry: 'FAIL', onSuccess: 'FAIL' });
    walk(driver, 'r1', ['onSuccess R1']);

    driver.retry('r1', 'ALL_ACTIONS');

    expect(walk(driver, 'r1')).toEqual([...entry, ...actions, ...success]);
  });

  test('of its failure retries the action that failed', () => {
    const driver = begun({ onFailure: 'ROLLBACK' });
    walk(driver, 'r1', ['A2']);

    driver.retry('r1', 'FAILED_ACTIONS');

    expect(walk(driver, 'r1')).toEqual(['A2']);
    expect(driver.run('r1').status).toBe('Succeeded');
  });

  test('is not retried where its success condition has rolled it back', () => {
    const driver = begun({ onSuccess: 'ROLLBACK' });
    walk(driver, 'r1', ['onSuccess R1']);

    expect(() => driver.retry('r1')).toThrow('the stage has succeeded');
  });
});

describe('a rollback that waits before its stage', () => {
  const waiting = (driver: Driver): void => {
    driver.pipeline = {
      ...driver.pipeline,
      gates: driver.pipeline.gates.map((gate) =>
        gate.stage === 'B' ? { ...gate, waiting: [{ run: 'back', sequence: 9, rollback: true }] } : gate,
      ),
    };
  };

  it('keeps the run that has failed there from a retry, and from passing its condition', () => {
    const driver = begun({ onSuccess: 'FAIL' });
    walk(driver, 'r1', ['onSuccess R1']);
    waiting(driver);

    expect(() => driver.retry('r1')).toThrow('a rollback of the stage waits before it');
    expect(() => driver.override('r1', 'onSuccess')).toThrow('a rollback of the stage waits before it');
  });
});

describe('a stage whose run is closed from outside', () => {
  it.each([
    [['onSuccess R1'], 'Succeeded'],
    [[], 'Failed'],
  ] as const)('while its success condition goes on, of which %j have failed, ends as %s', (fails, status) => {
    const driver = begun({ onSuccess: 'ROLLBACK' });
    until(driver, 'onSuccess');
    if (fails.length > 0) driver.complete('r1', 'Failed');

    driver.close('r1', 'Failed');

    expect(gateOf(driver.pipeline, 'B').last?.status).toBe(status);
  });
});

describe('a condition that is overridden', () => {
  test('lets the run into the stage while its rules go on', () => {
    const driver = begun({ beforeEntry: 'FAIL' });
    until(driver, 'beforeEntry');

    driver.override('r1', 'beforeEntry');

    expect([...driver.actions.values()].filter(({ condition }) => condition).map(({ status }) => status)).toEqual([
      'Abandoned',
      'Abandoned',
    ]);
    expect(walk(driver, 'r1')).toEqual(actions);
    expect(driver.run('r1').status).toBe('Succeeded');
  });

  test.each([
    ['beforeEntry', 'FAIL', actions],
    ['onSuccess', 'FAIL', []],
    ['onSuccess', 'ROLLBACK', []],
  ] as const)('lets the run go on that it has ended: %s, %s', (type, result, ran) => {
    const driver = begun({ [type]: result });
    walk(driver, 'r1', [`${type} R2`]);

    driver.override('r1', type);

    expect(driver.run('r1')).toMatchObject({ status: 'InProgress', execution: 2, attempt: 0 });
    expect(walk(driver, 'r1')).toEqual(ran);
    expect(driver.run('r1').status).toBe('Succeeded');
    expect(driver.passed).toEqual(['A', 'B', 'C']);
  });

  test('counts for one attempt only', () => {
    const driver = begun({ beforeEntry: 'FAIL' });
    until(driver, 'beforeEntry');
    driver.override('r1', 'beforeEntry');
    walk(driver, 'r1', ['A1']);
    driver.retry('r1');

    expect(walk(driver, 'r1', ['beforeEntry R1'])).toEqual(entry);

    expect(driver.run('r1').status).toBe('Failed');
  });

  const refusals: readonly (readonly [string, Results, (driver: Driver) => void, string])[] = [
    ['with the result SKIP', { beforeEntry: 'SKIP' }, (driver) => until(driver, 'beforeEntry'), 'its result is SKIP'],
    ['that the stage does not have', {}, (driver) => walk(driver, 'r1', ['A1']), 'has no such condition'],
    ['that was passed', { beforeEntry: 'FAIL' }, (driver) => walk(driver, 'r1', ['A1']), 'does not hold the execution'],
    [
      'that is overridden',
      { beforeEntry: 'FAIL' },
      (driver) => {
        until(driver, 'beforeEntry');
        driver.override('r1', 'beforeEntry');
      },
      'overridden already',
    ],
    [
      'of an old version',
      { beforeEntry: 'FAIL' },
      (driver) => {
        walk(driver, 'r1', ['beforeEntry R1']);
        driver.update('SUPERSEDED');
      },
      'was updated since',
    ],
    [
      'of a run that was stopped',
      { beforeEntry: 'FAIL' },
      (driver) => {
        until(driver, 'beforeEntry');
        driver.stop('r1', true);
      },
      'which is Stopped',
    ],
  ];
  test.each(refusals)('is refused %s', (_, results, before, says) => {
    const driver = begun(results);
    before(driver);

    expect(() => driver.override('r1', 'beforeEntry')).toThrow(says);
  });

  test('is refused where a later run is in the stage', () => {
    const driver = begun({ beforeEntry: 'FAIL' });
    walk(driver, 'r1', ['beforeEntry R1']);
    driver.open('r2');
    walk(driver, 'r2');

    expect(() => driver.override('r1', 'beforeEntry')).toThrow('not the latest');
  });
});

/** Until the rules of a condition of stage B go on, undecided. */
function until(driver: Driver, condition: ConditionType): void {
  for (let round = 0; round < 20 && driver.run('r1').condition !== condition; round++) {
    driver.decide('r1');
    if (driver.run('r1').condition !== condition) driver.complete('r1', 'Succeeded');
  }
}
