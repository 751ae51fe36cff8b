import { type AslError, matchesError } from './asl-error.ts';
import type { Retrier } from './definition.ts';
import type { Execution } from './execution.ts';
import { beginState } from './states/begin-state.ts';
import type { Thread } from './thread.ts';

/** Whether a state that failed is tried again: after a delay, with full jitter where the retrier says so. */
export function retry(execution: Execution, thread: Thread, retriers: readonly Retrier[], error: AslError): boolean {
  const index = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
  const retrier = retriers[index];
  const used = thread.retries[index] ?? 0;
  if (!retrier || used >= (retrier.MaxAttempts ?? 3)) return false;
  const retries = retriers.map((_, each) => (thread.retries[each] ?? 0) + (each === index ? 1 : 0));
  const until = execution.outside.now() + delayOf(retrier, used);
  armRetry(
    execution,
    execution.put({ ...thread, retries, attempt: thread.attempt + 1, wait: { type: 'Retry', until } }),
  );
  return true;
}

/** The state begins again when its retry is due. */
export function armRetry(execution: Execution, { id, wait }: Thread): void {
  if (wait.type !== 'Retry') return;
  const again = (now: Thread['wait']): boolean => now.type === 'Retry' && now.until === wait.until;
  execution.arm(id, wait.until, () =>
    execution.occur(id, again, (thread, state) => {
      execution.transition();
      return beginState(execution, thread, state);
    }),
  );
}

/** In milliseconds; `used` is how often the retrier was used before. */
function delayOf(
  { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds, JitterStrategy }: Retrier,
  used: number,
): number {
  const seconds = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds ?? 99_999_999);
  return Math.ceil(seconds * 1000 * (JitterStrategy === 'FULL' ? Math.random() : 1));
}
