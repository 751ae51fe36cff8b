import { manual } from '../../functions/actions/manual/manual.ts';
import type { Providers } from '../../functions/actions/run-action.ts';
import { noOp } from './no-op.ts';

/** The providers of the approval function, and the no-op of tests. */
export const providers: Providers = [manual, noOp];
