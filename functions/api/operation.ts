import type { Given } from '../lambda/given.ts';

/** What an operation is given besides its input. */
export interface OperationGiven extends Given {
  /** ARN of the caller. */
  readonly caller: string;
  /** The request came at CodePipeline's own path, where IAM allows all of the API or nothing; else IAM decided by what the path names. */
  readonly plain?: boolean;
}

/** One operation of the API. The input was validated against the service model. No output: an empty answer. */
export type Operation<Input> = (input: Input, given: OperationGiven) => Promise<object | undefined>;

/** A time as the protocol has it: seconds since the epoch, with a fraction. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
