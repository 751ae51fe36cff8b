import { describe, expect, test } from 'vitest';
import { decide } from '../../functions/domain/decide.ts';
import { arrive, type Gate, gateOf, leave, type Pipeline } from '../../functions/domain/pipeline.ts';
import { rollBack } from '../../functions/domain/rollback.ts';
import type { Run } from '../../functions/domain/run.ts';
import { aDefinition, anAction, aPipeline, aRun, aToken, runId, visitor } from './given.ts';

const definition = aDefinition({ Source: [1], Ship: [1], Tell: [1] });
const trigger = { type: 'ManualRollback', detail: 'arn:aws:iam::111122223333:user/jo' } as const;
const start = { id: 'back', trigger, now: 9000 };
const revision = { actionName: 'A1', artifactName: 'Src', revisionId: 'abc' };
const succeeded = aRun({
  status: 'Succeeded',
  stage: 'Tell',
  variables: { Env: 'prod' },
  sourceRevisions: [revision],
  sourceOverrides: [{ actionName: 'A1', revisionType: 'COMMIT_ID', revisionValue: 'abc' }],
});
const last = { ...visitor('newest', 6), status: 'Failed' } as const;

function rolledBack({
  gate = {},
  pipeline = {},
  target = {},
  passed = true,
  stage = 'Ship',
}: {
  gate?: Partial<Gate>;
  pipeline?: Partial<Pipeline>;
  target?: Partial<Run>;
  passed?: boolean;
  stage?: string;
} = {}) {
  const more = { pipelineType: 'V2', sequence: 6, ...pipeline } as const;
  const situation = {
    pipeline: aPipeline([{ stage: 'Ship', last, waiting: [], ...gate }], more),
    definition,
    target: { ...succeeded, ...target },
    passed,
  };
  return rollBack(situation, stage, start);
}

describe('a stage that is rolled back', () => {
  test('has a new run inside of it, with what its target had', () => {
    const { run, pipeline } = rolledBack();

    expect(run).toEqual(
      aRun({
        id: 'back',
        stage: 'Ship',
        place: 'inside',
        sequence: 7,
        trigger,
        rollback: { target: runId },
        variables: { Env: 'prod' },
        sourceRevisions: [revision],
        startTime: 9000,
        lastUpdateTime: 9000,
      }),
    );
    expect(gateOf(pipeline ?? aPipeline(), 'Ship')).toEqual({
      stage: 'Ship',
      holder: 'back',
      last: { run: 'back', sequence: 7, rollback: true, status: 'InProgress' },
      waiting: [],
    });
  });

  test('may be so to a run that still goes on in a later stage', () => {
    expect(rolledBack({ target: { status: 'InProgress' } }).run.place).toBe('inside');
  });

  const disabled = { reason: 'freeze', by: 'jo', at: 1, since: 1 };
  const before = visitor('old', 5);

  test.each([
    { mode: 'SUPERSEDED', superseded: ['old'], waiting: ['back'] },
    { mode: 'QUEUED', superseded: [], waiting: ['old', 'back'] },
  ] as const)('has it wait before a transition that is disabled: $mode', ({ mode, superseded, waiting }) => {
    const change = rolledBack({ gate: { disabled, waiting: [before] }, pipeline: { executionMode: mode } });

    expect(change.run.place).toBe('inbound');
    expect(change.superseded).toEqual(superseded);
    expect(gateOf(change.pipeline ?? aPipeline(), 'Ship').waiting.map(({ run }) => run)).toEqual(waiting);
  });

  test('lets runs in after it that were opened before it', () => {
    const { pipeline = aPipeline() } = rolledBack();
    const left = leave(pipeline, 'Ship', 'back', 'Succeeded').pipeline;

    const move = arrive(left, 'Ship', visitor('older', 5));

    expect(move.entered).toEqual(['older']);
  });

  test('ends with the stage, and is nothing to roll back to', () => {
    const { run, pipeline = aPipeline() } = rolledBack();
    const step = [anAction({ status: 'Succeeded' })];
    const given = {
      now: 9001,
      newId: () => 'id',
      typeOf: () => ({ class: 'approval', timeoutInMinutes: 1 }) as const,
    };

    const decision = decide({ run: { ...run, step: 1 }, pipeline, definition, step }, aToken(), given);

    expect(decision).toMatchObject({ answer: 'Close', change: { run: { status: 'Succeeded', stage: 'Ship' } } });
    expect(decision).not.toHaveProperty('change.passed');
  });
});

describe('a stage that cannot be rolled back', () => {
  const waiting = Array.from({ length: 50 }, (_, index) => visitor(`r${index}`, index));
  const disabled = { reason: 'freeze', by: 'jo', at: 1, since: 1 };

  const unable = (why: string, stage = 'Ship') =>
    ['UnableToRollbackStageException', `Stage '${stage}' cannot be rolled back: ${why}.`] as const;
  const removed = `the artifacts of execution '${runId}' are too old and were removed`;

  test.each([
    [
      { pipeline: { version: 2 } },
      'PipelineExecutionOutdatedException',
      `Execution '${runId}' ran version 1 of pipeline 'web', which has version 2 now.`,
    ],
    [{ stage: 'Source' }, ...unable('it is the source stage', 'Source')],
    [{ passed: false }, ...unable(`execution '${runId}' has not succeeded in it`)],
    [{ target: { rollback: { target: 'x' } } }, ...unable(`execution '${runId}' is a rollback itself`)],
    [{ target: { artifactsRemovedAt: 8000 } }, ...unable(removed)],
    [{ target: { artifactsRemovedAt: 0 }, passed: false }, ...unable(removed)],
    [{ gate: { holder: 'newest' } }, ...unable("execution 'newest' is running in it")],
    [{ pipeline: { executionMode: 'PARALLEL' } }, ...unable('a pipeline of PARALLEL mode has no rollbacks')],
    [
      { pipeline: { pipelineType: 'V1' } },
      ...unable('only a pipeline of type V2 has rollbacks, and this one has the type V1'),
    ],
    [
      { pipeline: { executionMode: 'QUEUED' }, gate: { disabled, waiting } },
      'ConflictException',
      "The pipeline 'web' has 50 unfinished executions, the most in QUEUED mode.",
    ],
  ] as const)('says why: %j', (given, code, message) => {
    expect(() => rolledBack(given)).toThrow(expect.objectContaining({ code, message }));
  });

  test.each([
    { pipeline: { executionMode: 'QUEUED' }, gate: { disabled, waiting: waiting.slice(1) } },
    { pipeline: { executionMode: 'SUPERSEDED' }, gate: { disabled, waiting } },
  ] as const)('is none that has room for one run more: $pipeline.executionMode', (given) => {
    expect(rolledBack(given).run.place).toBe('inbound');
  });
});
