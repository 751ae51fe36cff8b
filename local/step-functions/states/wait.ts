import { asAslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import type { Execution } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import type { Thread } from '../store.ts';

/** Begins to wait, for seconds or until a time. */
export async function beginWait(execution: Execution, thread: Thread, state: State): Promise<undefined> {
  const view = execution.view(thread);
  const until =
    state.Timestamp === undefined
      ? execution.outside.clock.now() + Number(await evaluate(state.Seconds ?? 0, view)) * 1000
      : Date.parse(String(await evaluate(state.Timestamp, view)));
  armWait(execution, execution.put({ ...thread, wait: { type: 'Until', until } }));
}

/** The thread goes on when the time has come. */
export function armWait(execution: Execution, { id, wait }: Thread): void {
  if (wait.type !== 'Until') return;
  execution.arm(id, wait.until, wait, () => {
    void execution.enqueue(async () => {
      const thread = execution.thread(id);
      if (thread?.wait.type !== 'Until') return;
      try {
        await execution.flow.leave(
          execution,
          id,
          await exitWith(thread, execution.stateOf(thread), execution.view(thread), thread.input),
        );
      } catch (error) {
        await execution.flow.fail(execution, id, asAslError(error));
      }
    });
  });
}
