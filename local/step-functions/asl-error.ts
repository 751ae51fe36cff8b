const longestCause = 32_768;

/** An error inside an execution, by its name in the States Language; a cause is cut at 32,768 characters, as AWS cuts it. */
export class AslError extends Error {
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause = '') {
    super(`${error}: ${cause}`);
    this.name = 'AslError';
    this.error = error;
    this.cause = cause.slice(0, longestCause);
  }
}

/** Whatever was thrown, as an error of the States Language: what is not one is the interpreter's own. */
export function asAslError(thrown: unknown): AslError {
  return thrown instanceof AslError
    ? thrown
    : new AslError('States.Runtime', thrown instanceof Error ? thrown.message : String(thrown));
}

/**
 * Whether an `ErrorEquals` list names an error. States.Runtime always fails the execution, and States.DataLimitExceeded is caught by
 * its own name only (developer guide, Handling errors in Step Functions workflows).
 */
export function matchesError(names: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return names.some((name) => {
    if (name === error) return true;
    if (error === 'States.DataLimitExceeded') return false;
    if (name === 'States.ALL') return true;
    const timedOut = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
    if (name === 'States.TaskFailed') return !timedOut;
    return name === 'States.Timeout' && timedOut;
  });
}
