import { customJob } from './job/job.ts';
import { manual } from './manual/manual.ts';
import { notCarriedOut } from './not-carried-out.ts';
import type { Providers } from './run-action.ts';

/** The providers of the approval function. A job waits for a worker as an approval does for a person; what cannot be carried out fails. */
export const providers: Providers = [manual, customJob, notCarriedOut];
