import type { Execution } from './execution.ts';
import { armRetry, begin } from './flow.ts';
import { armTask, finish, workIn } from './states/task.ts';
import { armWait } from './states/wait.ts';
import type { Thread } from './store.ts';

/**
 * Goes on with an execution that another process left. A task whose function had answered its call goes on waiting; one whose call
 * was not known to have ended counts as failed, as AWS counts an invocation of which it hears nothing.
 */
export function resume(execution: Execution): void {
  for (const thread of execution.threads.values()) resumeThread(execution, thread);
}

function resumeThread(execution: Execution, thread: Thread): void {
  const { id, wait } = thread;
  switch (wait.type) {
    case 'None':
      void execution.enqueue(() => begin(execution, id));
      return;
    case 'Task':
      if (wait.submitted) armTask(execution, thread);
      else
        void execution.enqueue(() =>
          finish(execution, id, wait, {
            error: 'Lambda.Unknown',
            cause: 'The call was not known to have ended when the stack was stopped.',
          }),
        );
      return;
    case 'Result':
      workIn(execution, id);
      return;
    case 'Retry':
      armRetry(execution, thread);
      return;
    case 'Until':
      armWait(execution, thread);
      return;
    case 'Children':
      return;
  }
}
