import { AslError } from './asl-error.ts';
import type { Execution, Work } from './execution.ts';
import { exitWith } from './exit.ts';
import { jsonWithin } from './limits.ts';
import { resourceOf } from './task-resource.ts';

/** What came of a task. */
export type TaskResult =
  | { readonly output: unknown }
  | { readonly error: string; readonly cause: string }
  | { readonly timedOut: 'States.Timeout' | 'States.HeartbeatTimeout' };

/** In the thread of a task that has ended: it is recorded, and the state left, or failed. */
export function finishTask(execution: Execution, result: TaskResult): Work {
  return (thread, state) => {
    const { resourceType, resource } = resourceOf(state);
    const about = { resourceType, resource };
    if ('timedOut' in result) {
      execution.event(thread.id, 'TaskTimedOut', { ...about, error: result.timedOut, cause: '' });
      throw new AslError(result.timedOut);
    }
    if ('error' in result) {
      const failure = new AslError(result.error, result.cause);
      execution.event(thread.id, 'TaskFailed', { ...about, error: failure.error, cause: failure.cause });
      throw failure;
    }
    const output = jsonWithin(result.output, `result of ${thread.state}`);
    execution.event(thread.id, 'TaskSucceeded', { ...about, output, outputDetails: { truncated: false } });
    return exitWith(execution, execution.thread(thread.id) ?? thread, state, result.output, { result: result.output });
  };
}
