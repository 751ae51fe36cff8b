import { describe, expect, test } from 'vitest';
import { executionName, executionNumber, isFinal } from '../../functions/domain/run.ts';
import { runId } from './given.ts';

test.each(['Cancelled', 'Failed', 'Stopped', 'Succeeded', 'Superseded'] as const)('%s is final', (status) => {
  expect(isFinal(status)).toBe(true);
});

test.each(['InProgress', 'Stopping'] as const)('%s is not final', (status) => {
  expect(isFinal(status)).toBe(false);
});

describe('the name of an execution', () => {
  test.each([
    { execution: 1, name: runId },
    { execution: 2, name: `${runId}-2` },
    { execution: 10, name: `${runId}-10` },
  ])('number $execution is $name, and back', ({ execution, name }) => {
    expect(executionName({ id: runId, execution })).toBe(name);
    expect(executionNumber(name)).toEqual({ run: runId, execution });
  });

  test.each(['', 'web', `${runId}-`, `${runId}-x`, `${runId}-2-3`, `${runId}\n`, runId.slice(1), `x${runId}`])(
    'is not %j',
    (name) => {
      const read = () => executionNumber(name);

      expect(read).toThrow(`${name} is not the name of a run's execution.`);
    },
  );
});
