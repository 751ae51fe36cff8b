import type { Caller, StackContext } from '../service.ts';
import type { Sessions } from './sessions.ts';
import type { Elements } from './xml.ts';

/** What an operation of STS works with. */
export interface Call {
  readonly form: URLSearchParams;
  readonly caller: Caller;
  readonly context: StackContext;
  readonly sessions: Sessions;
  readonly knownRole: (arn: string) => boolean;
}

/** Answers with the elements of `<OPERATIONResult>`. */
export type Operation = (call: Call) => Elements;
