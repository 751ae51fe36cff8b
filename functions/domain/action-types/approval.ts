import type { ActionType } from '../action-type.ts';
import { awsType, count, day, optional } from './parts.ts';

/** Approval/AWS/Manual/1: a person approves or rejects. */
export const manualApproval: ActionType = {
  id: awsType('Approval', 'Manual'),
  class: 'approval',
  properties: [
    optional('NotificationArn', 'An SNS topic of the same Region that is told of the approval.'),
    optional('CustomData', 'A comment for the reviewer.'),
    optional('ExternalEntityLink', 'A page for the reviewer.'),
  ],
  inputArtifacts: count(0),
  outputArtifacts: count(0),
  timeoutInMinutes: 7 * day,
  timeoutDeclarable: true,
};
