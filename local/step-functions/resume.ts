import { callTask } from './call-task.ts';
import type { Execution } from './execution.ts';
import { finishTask } from './finish-task.ts';
import { armRetry } from './retry.ts';
import { armTask } from './states/task-time-outs.ts';
import { armWait } from './states/wait.ts';
import { resourceOf } from './task-resource.ts';
import type { TaskWait, Thread, Wait } from './thread.ts';
import { stateOf } from './view.ts';

/** Goes on with an execution from what was kept: a new one, or one that another process left. */
export function resume(execution: Execution): void {
  armTimeOut(execution);
  for (const thread of execution.threads) resumeThread(execution, thread);
  execution.go();
}

function resumeThread(execution: Execution, thread: Thread): void {
  switch (thread.wait.type) {
    case 'Task':
      resumeTask(execution, thread, thread.wait);
      return;
    case 'Retry':
      armRetry(execution, thread);
      return;
    case 'Until':
      armWait(execution, thread);
      return;
    case 'Ready':
    case 'Children':
      return;
  }
}

/**
 * A task whose function had answered its call goes on waiting; one whose call was not known to have ended counts as failed, as AWS
 * counts an invocation of which it hears nothing. An execution is started by the same task only once: it may be asked again.
 */
function resumeTask(execution: Execution, thread: Thread, { task, submitted, held }: TaskWait): void {
  const { id } = thread;
  armTask(execution, thread);
  if (submitted) return;
  if (held) {
    execution.enqueue(() => callHeld(execution, id, task)).catch(() => undefined);
    return;
  }
  const state = stateOf(execution, thread);
  if (resourceOf(state).resourceType === 'states') {
    callTask(execution, id, task, state, givenTo(execution, thread));
    return;
  }
  const waits = (now: Wait): boolean => now.type === 'Task' && now.task === task;
  const cause = 'The call was not known to have ended when the stack was stopped.';
  execution.occur(id, waits, finishTask(execution, { error: 'Lambda.Unknown', cause }));
}

/** Calls a task whose call never went out; from here on it counts as one that did. */
function callHeld(execution: Execution, id: number, task: string): void {
  const thread = execution.thread(id);
  if (thread?.wait.type !== 'Task' || thread.wait.task !== task) return;
  const { held: _, ...wait } = thread.wait;
  execution.put({ ...thread, wait });
  const given = givenTo(execution, thread);
  execution.callAfterCommit(id, () => callTask(execution, id, task, stateOf(execution, thread), given));
}

/** What a task was called with, as its TaskScheduled event has it: the one before its TaskStarted, its thread's last. */
function givenTo(execution: Execution, { event }: Thread): unknown {
  const [scheduled] = execution.outside.store.journal.history(execution.row.arn, event, 1, true);
  return JSON.parse(String(scheduled?.details['parameters']));
}

/** An execution lasts a year at most (Step Functions quotas). */
const longest = 365 * 24 * 60 * 60;

/** The machine's own TimeoutSeconds, from the start of the execution; or a year. */
function armTimeOut(execution: Execution): void {
  const { TimeoutSeconds = longest } = execution.machine;
  const end = (): void => {
    const error = 'States.Timeout';
    execution.event(undefined, 'ExecutionTimedOut', { error });
    execution.end({ status: 'TIMED_OUT', error });
  };
  execution.armEnd(execution.row.start + Math.min(TimeoutSeconds, longest) * 1000, () => {
    execution.enqueue(end).catch(() => undefined);
  });
}
