import { publishTo } from '../../aws/topic.ts';
import { manualApproval } from '../../domain/action-types/approval.ts';
import { approvalMessage, approvalNotice, approvalSubject } from '../../domain/approval-message.ts';
import { approvalAddress } from '../../engine/review-link.ts';
import { Failure, type Work } from '../../engine/work.ts';
import { iso } from '../../lambda/iso.ts';
import type { Outcome, Provider } from '../provider.ts';

const topicArn = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}$/;

/**
 * Approval/AWS/Manual/1: tells the action's own topic, as the action's role, and waits. The answer comes by PutApprovalResult or by
 * the link that our own approvers are mailed; the message to the action's topic holds no link that decides, and says so. Told twice
 * is told once.
 */
export const manual: Provider = {
  types: [manualApproval],
  startClass: 'token',
  async start(work) {
    if (work.configuration['NotificationArn'] !== undefined) await notify(work, work.configuration['NotificationArn']);
    return { status: 'Running' } satisfies Outcome;
  },
};

async function notify({ action, configuration, access, home }: Work, arn: string): Promise<void> {
  const region = topicArn.exec(arn)?.[1];
  if (region !== home.region) {
    throw new Failure(
      'ConfigurationError',
      `NotificationArn must be the ARN of an SNS topic in ${home.region}, not '${arn}'.`,
    );
  }
  const page = approvalAddress(action);
  const open = { ...action, resolvedConfiguration: configuration };
  await publishTo(
    arn,
    {
      subject: approvalSubject(action),
      body: approvalMessage(open, home.region, { consoleLink: page, approvalReviewLink: page }, iso),
      email: approvalNotice(open, page, iso),
    },
    { ...access, region },
  );
}
