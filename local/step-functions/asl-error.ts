/** An error inside an execution, by its name in the States Language. */
export class AslError extends Error {
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause = '') {
    super(`${error}: ${cause}`);
    this.name = 'AslError';
    this.error = error;
    this.cause = cause;
  }
}

/** Whatever was thrown, as an error of the States Language: what is not one is the interpreter's own. */
export function asAslError(thrown: unknown): AslError {
  return thrown instanceof AslError
    ? thrown
    : new AslError('States.Runtime', thrown instanceof Error ? thrown.message : String(thrown));
}

const uncatchable = ['States.DataLimitExceeded', 'States.Runtime'];

/** Whether an `ErrorEquals` list names an error (States Language, error names). */
export function matchesError(names: readonly string[], error: string): boolean {
  return names.some(
    (name) =>
      name === error ||
      (name === 'States.ALL' && !uncatchable.includes(error)) ||
      (name === 'States.TaskFailed' &&
        error !== 'States.Timeout' &&
        error !== 'States.HeartbeatTimeout' &&
        !uncatchable.includes(error)) ||
      (name === 'States.Timeout' && error === 'States.HeartbeatTimeout'),
  );
}
