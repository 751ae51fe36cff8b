/**
 * Whether a host puts us off instead of refusing us. GitHub answers 429, or 403 with `retry-after` or an exhausted
 * `x-ratelimit-remaining` (REST API: rate limits): both pass, so that neither is the fault of a credential.
 */
export function askedTooOften(status: number, header: (name: string) => string | null | undefined): boolean {
  if (status === 429) return true;
  return status === 403 && (header('retry-after') != null || header('x-ratelimit-remaining') === '0');
}

/** The error of a host that puts us off: a fault, so that the action's task is tried again later. */
export function putOff(status: number, repository: string): Error {
  return new Error(`The host limits how often it is asked: it answers ${status} for ${repository}.`);
}
