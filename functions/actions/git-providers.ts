import { connectionSource } from './connection/connection-source.ts';
import type { Providers } from './run-action.ts';

/** The providers of the git function. */
export const providers: Providers = [connectionSource];
