import type { ActionType } from '../action-type.ts';

const sevenDays = 7 * 24 * 60;

/** Approval/AWS/Manual/1: a person approves or rejects. */
export const manualApproval: ActionType = {
  id: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
  class: 'approval',
  properties: [
    {
      name: 'NotificationArn',
      required: false,
      description: 'An SNS topic of the same Region that is told of the approval.',
    },
    { name: 'CustomData', required: false, description: 'A comment for the reviewer.' },
    { name: 'ExternalEntityLink', required: false, description: 'A page for the reviewer.' },
  ],
  inputArtifacts: { minimum: 0, maximum: 0 },
  outputArtifacts: { minimum: 0, maximum: 0 },
  timeoutInMinutes: sevenDays,
  timeoutDeclarable: true,
};
