import type { Context } from 'aws-lambda';
import { type Given, givenBy } from './given.ts';
import { logger } from './logger.ts';

/**
 * A function that the state machine, the stream or another of ours invokes with a payload of our own. A fault throws: it is for
 * the machine's Retry, or for the source's. One line is logged; `subject` says what of the payload it names.
 */
export function task<Input, Output>(
  name: string,
  subject: (input: Input) => Record<string, unknown>,
  work: (input: Input, given: Given) => Promise<Output>,
): (input: Input, context: Context) => Promise<Output> {
  return async (input, context) => {
    const given = givenBy(context);
    try {
      const output = await work(input, given);
      logger.info(name, { ...subject(input), requestId: context.awsRequestId, milliseconds: Date.now() - given.now });
      return output;
    } catch (error) {
      logger.error(name, { ...subject(input), requestId: context.awsRequestId, error: error as Error });
      throw error;
    }
  };
}
