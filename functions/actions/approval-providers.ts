import { manual } from './manual/manual.ts';
import type { Providers } from './run-action.ts';

/** The providers of the approval function. */
export const providers: Providers = [manual];
