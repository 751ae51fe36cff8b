import { customJob } from './job/job.ts';
import { manual } from './manual/manual.ts';
import type { Providers } from './run-action.ts';

/** The providers of the approval function. A job waits for a worker as an approval does for a person. */
export const providers: Providers = [manual, customJob];
