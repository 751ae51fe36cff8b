import { type ActionExecution, isDone, type Result, timedOut } from './action.ts';
import { Refusal } from './refusal.ts';

/** A reviewer's answer: ApprovalResult of the API. */
export interface Answer {
  readonly token: string;
  readonly status: 'Approved' | 'Rejected';
  readonly summary: string;
  /** The caller's ARN, or `email-link`. */
  readonly by: string;
}

/**
 * What an answer makes of an approval. Refuses a wrong token and a second answer. An answer that comes at the deadline or later
 * times the approval out: `refusal` is then for the reviewer.
 */
export function answer(
  action: ActionExecution,
  given: Answer,
  now: number,
): { readonly result: Result; readonly refusal?: Refusal } {
  if (action.approvalToken !== given.token) throw invalidToken();
  if (isDone(action.status)) {
    throw new Refusal(
      'ApprovalAlreadyCompletedException',
      `The approval action '${action.action}' has already been completed: ${statusText(action)}.`,
    );
  }
  if (now >= action.deadline) return { result: timedOut(action), refusal: invalidToken('The approval has expired.') };
  const said = { updatedBy: given.by, ...(given.summary === '' ? {} : { summary: given.summary }) };
  if (given.status === 'Approved')
    return { result: { status: 'Succeeded', outputs: [], outputVariables: {}, ...said } };
  const message = given.summary === '' ? 'The approval was rejected.' : given.summary;
  return { result: { status: 'Failed', failure: { code: 'JobFailed', message }, ...said } };
}

/** A token that opens no approval. */
export function invalidToken(why = 'The token is not that of an open approval.'): Refusal {
  return new Refusal('InvalidApprovalTokenException', why);
}

function statusText({ status, updatedBy }: ActionExecution): string {
  const verdict = status === 'Succeeded' ? 'approved' : status === 'Failed' ? 'rejected' : status;
  return updatedBy === undefined ? verdict : `${verdict} by ${updatedBy}`;
}
