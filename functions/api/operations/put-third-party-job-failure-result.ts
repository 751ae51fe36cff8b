import type { Operation } from '../operation.ts';
import { refusePartner } from '../third-party.ts';

/** PutThirdPartyJobFailureResult: no job is a partner's. */
export const putThirdPartyJobFailureResult: Operation<{ jobId: string }> = ({ jobId }) =>
  refusePartner(jobId, 'InvalidClientTokenException');
