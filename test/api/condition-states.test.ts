import { expect, test } from 'vitest';
import { conditionState } from '../../functions/api/condition-states.ts';
import { actionKey } from '../../functions/domain/action.ts';
import { withConditions } from '../domain/conditions.ts';
import { anAction, aRun, pipelineId, runId } from '../domain/given.ts';

const [, stage = { name: '', actions: [] }] = withConditions({ onSuccess: 'FAIL' }).stages;
const first = anAction({
  key: actionKey({ pipelineId, id: runId }, { stage: 1, attempt: 0, step: 'onSuccess', index: 0 }),
  stage: 'B',
  action: 'R1',
  condition: 'onSuccess',
  status: 'Succeeded',
});

test.each([
  ['InProgress', aRun({ stage: 'B', condition: 'onSuccess' })],
  ['Succeeded', aRun({ stage: 'C' })],
  ['Succeeded', aRun({ stage: 'B', condition: 'onSuccess', status: 'Stopped' })],
  [
    'Overridden',
    aRun({ stage: 'B', condition: 'onSuccess', overridden: [{ stage: 'B', attempt: 0, condition: 'onSuccess' }] }),
  ],
] as const)('a condition of which one rule has not begun is %s', (status, run) => {
  expect(conditionState(stage, 'onSuccess', [first], run)).toMatchObject({
    latestExecution: { status },
    conditionStates: [{ ruleStates: [{ ruleName: 'R1', latestExecution: {} }, { ruleName: 'R2' }] }],
  });
});

test('a condition that was never evaluated has no execution', () => {
  expect(conditionState(stage, 'onSuccess', [], {})).toEqual({
    conditionStates: [{ ruleStates: [{ ruleName: 'R1' }, { ruleName: 'R2' }] }],
  });
});
