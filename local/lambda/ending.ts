/** How a call, or the sandbox itself, ended. */
export interface Ending {
  /** JSON text, for the call's id. */
  readonly payload: (requestId: string) => string;
  readonly status: 'success' | 'error' | 'timeout';
  /** MB. */
  readonly heap?: number;
}

/** Lambda's limit of a synchronous answer: 6 MB and a little. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ANSWER_LIMIT = 6_291_556;

/** A failure with a message as it is. */
export function failure(errorType: string, errorMessage: string): Ending {
  return { payload: () => JSON.stringify({ errorType, errorMessage }), status: 'error' };
}

/** A failure that Lambda, not the function, tells of. */
export function runtimeFailure(errorType: string, message: string): Ending {
  return {
    payload: (id) => JSON.stringify({ errorType, errorMessage: `RequestId: ${id} Error: ${message}` }),
    status: 'error',
  };
}

/** An answer, unless it is too long. */
export function answerOf({ payload, heap }: { readonly payload: string; readonly heap: number }): Ending {
  if (payload.length * 3 <= ANSWER_LIMIT || Buffer.byteLength(payload) <= ANSWER_LIMIT) {
    return { payload: () => payload, status: 'success', heap };
  }
  const message = `Response payload size exceeded maximum allowed payload size (${ANSWER_LIMIT} bytes).`;
  return { ...failure('Function.ResponseSizeTooLarge', message), heap };
}

/** The time-out of a function, or of its loading. */
export function timedOut(seconds: number): Ending {
  return {
    ...runtimeFailure('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`),
    status: 'timeout',
  };
}

/** What Lambda says when it has killed a sandbox for its memory. */
export function outOfMemory(): Ending {
  return runtimeFailure('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
}
