import type { Operation } from '../operation.ts';
import { refusePartner } from '../third-party.ts';

/** GetThirdPartyJobDetails: no job is a partner's. */
export const getThirdPartyJobDetails: Operation<{ jobId: string }> = ({ jobId }) =>
  refusePartner(jobId, 'InvalidJobException');
