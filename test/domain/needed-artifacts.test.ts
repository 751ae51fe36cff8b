import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Needs, needsArtifacts, standing, standingRollbacks } from '../../functions/domain/needed-artifacts.ts';
import type { Gate, Pipeline } from '../../functions/domain/pipeline.ts';
import { retry } from '../../functions/domain/retry.ts';
import type { Run, RunStatus } from '../../functions/domain/run.ts';
import { pipeline as aDefinition, build, source } from './definitions.ts';
import { times } from './times.ts';

const declared = {
  ...aDefinition([]),
  stages: [
    { name: 'Source', actions: [source('Fetch')] },
    { name: 'Build', actions: [build('Make')] },
    { name: 'Deploy', actions: [build('Put')] },
  ],
};
const stages = declared.stages.map(({ name }) => name);

function aRun(id: string, more: Partial<Run> = {}): Run {
  return {
    id,
    pipelineId: 'p',
    pipelineName: 'web',
    sequence: 1,
    status: 'Succeeded',
    version: 2,
    executionMode: 'SUPERSEDED',
    stage: 'Deploy',
    place: 'inside',
    attempt: 0,
    step: 1,
    execution: 1,
    spent: 0,
    trigger: { type: 'StartPipelineExecution', detail: 'me' },
    variables: {},
    sourceOverrides: [],
    sourceRevisions: [],
    startTime: 0,
    lastUpdateTime: 0,
    ...more,
  };
}

function aPipeline(gates: readonly Gate[] = stages.map((stage) => ({ stage, waiting: [] })), more = {}): Pipeline {
  return {
    id: 'p',
    name: 'web',
    version: 2,
    executionMode: 'SUPERSEDED',
    pipelineType: 'V2',
    sequence: 9,
    gates,
    created: 0,
    updated: 0,
    ...more,
  } as Pipeline;
}

const nothing: Needs = { pipeline: aPipeline(), lastGood: [], approved: [], targets: [] };
const at = (gate: Partial<Gate>): Needs => ({
  ...nothing,
  pipeline: aPipeline([{ stage: 'Build', waiting: [], ...gate }]),
});
const visitor = { run: 'r', sequence: 1 };

describe('the artifacts of a run', () => {
  it.each<[string, boolean, Partial<Run>, Needs]>([
    ['that is over, and that nobody names', false, {}, nothing],
    ['that failed, when others have entered its stage since', false, { status: 'Failed' }, nothing],
    ['that goes on', true, { status: 'InProgress' }, nothing],
    ['that is being stopped', true, { status: 'Stopping' }, nothing],
    ['that entered a stage last', true, {}, at({ last: { ...visitor, status: 'Succeeded' } })],
    ['that failed in a stage as the last', true, { status: 'Failed' }, at({ last: { ...visitor, status: 'Failed' } })],
    ['that is the last good one of a stage', true, {}, { ...nothing, lastGood: ['r'] }],
    ['that was approved last', true, {}, { ...nothing, approved: ['r'] }],
    ['that somebody rolls back to', true, {}, { ...nothing, targets: ['r'] }],
    ['that failed in PARALLEL mode', true, { status: 'Failed', executionMode: 'PARALLEL' }, nothing],
    ['that was stopped in PARALLEL mode', true, { status: 'Stopped', executionMode: 'PARALLEL' }, nothing],
    ['that succeeded in PARALLEL mode', false, { status: 'Succeeded', executionMode: 'PARALLEL' }, nothing],
    [
      'that failed in PARALLEL mode, before the definition changed',
      false,
      { status: 'Failed', executionMode: 'PARALLEL', version: 1 },
      nothing,
    ],
    ['of a deleted pipeline', false, {}, { ...nothing, lastGood: ['r'], pipeline: aPipeline([], { deleted: true }) }],
    ['of a pipeline that is not there', false, {}, { ...nothing, pipeline: undefined }],
  ])('%s are needed: %s', (_, needed, run, needs) => {
    expect(needsArtifacts(aRun('r', run), needs)).toBe(needed);
  });

  it('are needed by nobody when they are removed: no such run goes on, can be retried, is rolled back to, or is the last good one', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const id = fc.constantFrom(...ids);
    const status = fc.constantFrom<RunStatus>('InProgress', 'Stopping', 'Failed', 'Stopped', 'Succeeded', 'Superseded');
    const mode = fc.constantFrom('SUPERSEDED', 'PARALLEL', 'QUEUED');
    const run = fc.record({
      status,
      version: fc.constantFrom(1, 2),
      stage: fc.constantFrom(...stages),
      mode,
      target: fc.option(id),
    });
    const visit = fc.record(
      { run: id, sequence: fc.nat(9), rollback: fc.constant(true as const) },
      { requiredKeys: ['run', 'sequence'] },
    );
    const gate = fc.record({
      holder: fc.option(id, { nil: undefined }),
      last: fc.option(
        visit.map((each) => ({ ...each, status: 'Failed' as const })),
        { nil: undefined },
      ),
      waiting: fc.array(visit, { maxLength: 2 }),
    });
    const history = fc.record({
      runs: fc.tuple(...ids.map(() => run)),
      gates: fc.tuple(gate, gate, gate),
      good: fc.array(id, { maxLength: 3 }),
      approved: fc.array(id, { maxLength: 1 }),
      parallel: fc.array(
        id.map((each) => ({ run: each })),
        { maxLength: 2 },
      ),
    });
    let removed = 0;

    fc.assert(
      fc.property(history, ({ runs, gates, good, approved, parallel }) => {
        const pipeline = aPipeline(
          gates.map((each, index) => ({ stage: stages[index], ...each })) as unknown as readonly Gate[],
          { parallel },
        );
        const all = new Map(
          runs.map(({ mode: executionMode, target, ...each }, index) => {
            const name = ids[index] ?? '';
            const named = [...pipeline.gates.flatMap(({ last, waiting }) => [last, ...waiting])];
            const isRollback = named.some((one) => one?.run === name && one.rollback);
            const rollback = isRollback && target !== null ? { rollback: { target } } : {};
            return [name, aRun(name, { ...each, ...rollback, executionMode } as Partial<Run>)];
          }),
        );
        const targets = standingRollbacks(pipeline).flatMap((name) => all.get(name)?.rollback?.target ?? []);
        const needs: Needs = { pipeline, lastGood: good, approved, targets };

        for (const each of all.values()) {
          if (needsArtifacts(each, needs)) continue;
          removed++;
          expect(['InProgress', 'Stopping']).not.toContain(each.status);
          expect([...good, ...approved]).not.toContain(each.id);
          for (const other of all.values())
            if (standing(pipeline).includes(other.id)) expect(other.rollback?.target).not.toBe(each.id);
          for (const stage of stages)
            expect(() =>
              retry({ run: each, pipeline, definition: declared, step: [] } as never, stage, 'ALL_ACTIONS', {
                now: 1,
                newId: () => 'x',
                timeoutInMinutes: () => 60,
              }),
            ).toThrow(/cannot retry stage/);
        }
      }),
      { numRuns: times(500) },
    );
    expect(removed).toBeGreaterThan(times(100));
  });
});

describe('who stands in a pipeline', () => {
  const last = (run: string, more = {}) => ({ run, sequence: 1, status: 'Failed' as const, ...more });
  const gates: readonly Gate[] = [
    { stage: 'Source', holder: 'inside', last: last('inside'), waiting: [] },
    { stage: 'Build', waiting: [{ run: 'waits', sequence: 3 }] },
    { stage: 'Deploy', last: last('failed'), waiting: [{ run: 'back', sequence: 4, rollback: true }] },
  ];

  it('is each run at a stage, once', () => {
    expect(standing(aPipeline(gates))).toEqual(['inside', 'waits', 'failed', 'back']);
  });

  it('is each run of PARALLEL mode', () => {
    const alone: readonly Gate[] = [{ stage: 'Build', waiting: [] }];

    expect(standing(aPipeline(alone, { parallel: [{ run: 'a' }, { run: 'b' }] }))).toEqual(['a', 'b']);
  });

  it('is a holder before anything is known of the last', () => {
    expect(standing(aPipeline([{ stage: 'Build', holder: 'inside', waiting: [] }]))).toEqual(['inside']);
  });

  it('rolls a stage back where it says so', () => {
    const entered: Gate = { stage: 'Test', last: last('entered', { rollback: true }), waiting: [] };

    expect(standingRollbacks(aPipeline([...gates, entered]))).toEqual(['back', 'entered']);
  });
});
