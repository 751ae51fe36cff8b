import { actionRecordKey } from '../aws/action-record.ts';
import { update } from '../aws/table.ts';
import { publishTo } from '../aws/topic.ts';
import { type ActionExecution, isManualApproval } from '../domain/action.ts';
import {
  approvalMessage,
  approvalNotice,
  approvalSubject,
  decidingMail,
  showingMail,
} from '../domain/approval-message.ts';
import { iso } from '../lambda/iso.ts';
import { approvalAddress, linkMode, reviewLinkOf } from './review-link.ts';

const mails = { decides: decidingMail, 'needs-sign-in': showingMail, off: approvalNotice };
const topic = process.env['APPROVAL_TOPIC'] ?? '';

/** Whether an approval is open and our approvers have not been told. */
export function needsMail(action: ActionExecution): boolean {
  return isManualApproval(action) && action.status === 'Running' && !action.mailed;
}

/** Mails an open approval to our own approvers and marks it as mailed, unless it was answered meanwhile; at least once. */
export async function mailApproval(action: ActionExecution, region: string): Promise<void> {
  const link = linkMode === 'off' ? approvalAddress(action) : await reviewLinkOf(action);
  const links = { consoleLink: link, approvalReviewLink: link };
  const { approvalToken: _, ...withoutToken } = action;
  await publishTo(topic, {
    subject: approvalSubject(action),
    body: approvalMessage(withoutToken, region, links, iso),
    email: mails[linkMode](action, link, iso),
  });
  await update(actionRecordKey(action.key), {
    UpdateExpression: 'SET mailed = :yes ADD rev :one',
    ConditionExpression: '#status = :running',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':yes': true, ':one': 1, ':running': 'Running' },
  });
}
