import { describe, expect, test } from 'vitest';
import { type Answer, answer, invalidToken } from '../../functions/domain/approval.ts';
import { anAction } from './given.ts';

const token = '00000000-0000-4000-8000-00000000f00d';
const waiting = anAction({ approvalToken: token });
const given: Answer = { token, status: 'Approved', summary: '', by: 'arn:aws:iam::111122223333:user/jo' };
const { by } = given;

describe('an answer in time', () => {
  test.each([
    {
      name: 'Approved',
      more: {},
      result: { status: 'Succeeded', outputs: [], outputVariables: {}, updatedBy: by },
    },
    {
      name: 'Approved, with a summary',
      more: { summary: 'fine' },
      result: { status: 'Succeeded', outputs: [], outputVariables: {}, updatedBy: by, summary: 'fine' },
    },
    {
      name: 'Rejected',
      more: { status: 'Rejected' },
      result: {
        status: 'Failed',
        failure: { code: 'JobFailed', message: 'The approval was rejected.' },
        updatedBy: by,
      },
    },
    {
      name: 'Rejected, with a summary',
      more: { status: 'Rejected', summary: 'not today' },
      result: {
        status: 'Failed',
        failure: { code: 'JobFailed', message: 'not today' },
        updatedBy: by,
        summary: 'not today',
      },
    },
  ] as const)('$name', ({ more, result }) => {
    const answered = answer(waiting, { ...given, ...more }, waiting.deadline - 1);

    expect(answered).toEqual({ result });
  });
});

test.each([0, 1])('an answer %i ms after the deadline times the approval out, and the reviewer is told', (late) => {
  const answered = answer(waiting, given, waiting.deadline + late);

  expect(answered.result).toEqual({
    status: 'TimedOut',
    failure: { code: 'JobFailed', message: 'Action timed out after 10 minutes' },
  });
  expect(answered.refusal).toMatchObject({
    code: 'InvalidApprovalTokenException',
    message: 'The approval has expired.',
  });
});

test.each([
  { name: 'another', action: waiting, tried: '00000000-0000-4000-8000-00000000beef' },
  { name: 'no', action: waiting, tried: '' },
  { name: 'any', action: anAction(), tried: token },
  { name: 'another', action: { ...waiting, status: 'Succeeded' as const }, tried: 'x' },
])('$name token for an approval that is $action.status with $action.approvalToken is refused', ({ action, tried }) => {
  const put = () => answer(action, { ...given, token: tried }, 2000);

  expect(put).toThrow(expect.objectContaining({ code: 'InvalidApprovalTokenException' }));
});

test.each([
  { status: 'Succeeded', updatedBy: by, says: `approved by ${by}` },
  { status: 'Failed', updatedBy: by, says: `rejected by ${by}` },
  { status: 'TimedOut', updatedBy: undefined, says: 'TimedOut' },
  { status: 'Abandoned', updatedBy: undefined, says: 'Abandoned' },
] as const)('a second answer to an approval that is $status is refused', ({ status, updatedBy, says }) => {
  const closed = { ...waiting, status, ...(updatedBy === undefined ? {} : { updatedBy }) };

  const put = () => answer(closed, { ...given, status: 'Rejected' }, 2000);

  expect(put).toThrow(
    expect.objectContaining({
      code: 'ApprovalAlreadyCompletedException',
      message: `The approval action 'Ask' has already been completed: ${says}.`,
    }),
  );
});

test('no refusal repeats the token', () => {
  const { message } = invalidToken();

  expect(message).toBe('The token is not that of an open approval.');
});
