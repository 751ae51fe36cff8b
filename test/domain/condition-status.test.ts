import { describe, expect, test } from 'vitest';
import { type ActionExecution, actionKey } from '../../functions/domain/action.ts';
import { conditionStatus, newestEvaluation, runOfEvaluation } from '../../functions/domain/condition-status.ts';
import { anAction, pipelineId, runId } from './given.ts';

const newer = '00000000-0000-4000-8000-000000000002';
const rule = (more: Partial<ActionExecution> = {}, run = runId, attempt = 0, index = 0) =>
  anAction({
    key: actionKey({ pipelineId, id: run }, { stage: 1, attempt, step: 'onSuccess', index }),
    condition: 'onSuccess',
    ...more,
  });
const failedFor = (code: 'JobFailed' | 'PermissionError') =>
  rule({ status: 'Failed', failure: { code, message: 'No.' } });

describe('a condition', () => {
  const rows: readonly (readonly [string, readonly ActionExecution[], ReturnType<typeof conditionStatus>])[] = [
    ['whose rules succeeded', [rule({ status: 'Succeeded' }), rule({ status: 'Succeeded' })], 'Succeeded'],
    ['of which one goes on', [failedFor('JobFailed'), rule({ status: 'Pending' })], 'InProgress'],
    ['of which one failed', [rule({ status: 'Succeeded' }), failedFor('JobFailed')], 'Failed'],
    [
      'of which one failed and one could not be evaluated',
      [failedFor('PermissionError'), failedFor('JobFailed')],
      'Failed',
    ],
    ['of which one could not be evaluated', [rule({ status: 'Succeeded' }), failedFor('PermissionError')], 'Errored'],
    ['without rules', [], 'Succeeded'],
    ['of which one was abandoned', [rule({ status: 'Succeeded' }), rule({ status: 'Abandoned' })], 'Abandoned'],
  ];
  test.each(rows)('%s is %s', (_, rules, status) => {
    expect(conditionStatus(rules, {})).toBe(status);
  });

  test.each([
    [{ stage: 'Ship', attempt: 0, condition: 'onSuccess' }, 'Overridden'],
    [{ stage: 'Ship', attempt: 1, condition: 'onSuccess' }, 'Failed'],
    [{ stage: 'Ship', attempt: 0, condition: 'beforeEntry' }, 'Failed'],
    [{ stage: 'Other', attempt: 0, condition: 'onSuccess' }, 'Failed'],
  ] as const)('that was overridden as %j is %s', (overridden, status) => {
    expect(conditionStatus([failedFor('JobFailed')], { overridden: [overridden] })).toBe(status);
  });

  test.each([
    [{ stage: 'Ship', attempt: 12, condition: 'onSuccess' }, 'Overridden'],
    [{ stage: 'Ship', attempt: 0, condition: 'onSuccess' }, 'InProgress'],
  ] as const)('in its 13th attempt that was overridden as %j is %s', (overridden, status) => {
    expect(conditionStatus([rule({}, runId, 12)], { overridden: [overridden] })).toBe(status);
  });
});

test('the newest evaluation is that of the newest attempt of the newest run', () => {
  const [old, retried, other] = [rule({}, runId, 0), rule({}, newer, 1), rule({}, newer, 0)];
  const sibling = rule({}, newer, 1, 1);

  expect(newestEvaluation([old, retried, other, sibling])).toEqual([retried, sibling]);
  expect(newestEvaluation([sibling, retried, other, old])).toEqual([sibling, retried]);
  expect(runOfEvaluation([retried, sibling])).toBe(newer);
  expect(newestEvaluation([])).toEqual([]);
  expect(runOfEvaluation([])).toBeUndefined();
});
