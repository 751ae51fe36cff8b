import type { Operation } from '../operation.ts';
import { refusePartner } from '../third-party.ts';

/** PutThirdPartyJobSuccessResult: no job is a partner's. */
export const putThirdPartyJobSuccessResult: Operation<{ jobId: string }> = ({ jobId }) =>
  refusePartner(jobId, 'InvalidClientTokenException');
