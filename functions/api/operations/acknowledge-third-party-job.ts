import type { Operation } from '../operation.ts';
import { refusePartner } from '../third-party.ts';

/** AcknowledgeThirdPartyJob: no job is a partner's. */
export const acknowledgeThirdPartyJob: Operation<{ jobId: string }> = ({ jobId }) =>
  refusePartner(jobId, 'InvalidClientTokenException');
