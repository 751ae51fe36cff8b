import type { Given } from '../lambda/given.ts';

/** What an operation is given besides its input. */
export interface OperationGiven extends Given {
  /** ARN of the caller. */
  readonly caller: string;
}

/** One operation of the API. The input was validated against the service model. No output: an empty answer. */
export type Operation<Input> = (input: Input, given: OperationGiven) => Promise<object | undefined>;

/** A time as the protocol has it: seconds since the epoch, with a fraction. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
