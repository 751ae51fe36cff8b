import { expect, test } from 'vitest';
import { overrideCondition } from '../../functions/domain/override-condition.ts';
import { aDefinition, aPipeline, aRun, runId, visitor } from './given.ts';

const last = (run: string) => [
  { stage: 'Ship', waiting: [], last: { ...visitor(run, 1), status: 'Succeeded' as const } },
];
const notLatest = 'NotLatestPipelineExecutionException';
const notOverridable = 'ConditionNotOverridableException';

test.each([
  ['of a run that is not there', undefined, last(runId), notOverridable, 'the pipeline has no such execution'],
  ['of a run that is not the latest in the stage', aRun(), last('newer'), notLatest, 'not the latest in stage'],
  ['of a run that has never come to the stage', aRun(), [], notLatest, 'not the latest in stage'],
  ['that the stage does not have', aRun(), last(runId), notOverridable, 'the stage has no such condition'],
  ['of a run of PARALLEL mode', aRun({ executionMode: 'PARALLEL' }), [], notOverridable, 'has no such condition'],
] as const)('a condition %s is not overridden', (_, run, gates, code, says) => {
  const [, stage = { name: '', actions: [] }] = aDefinition({ Source: [1], Ship: [1] }).stages;

  const refusal = overrideCondition({ pipeline: aPipeline(gates), stage, run }, runId, 'ON_SUCCESS');

  expect(refusal).toMatchObject({ code, message: expect.stringContaining(says) });
});
