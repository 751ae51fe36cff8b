import type { Execution } from './execution.ts';
import { finishTask, type TaskResult } from './finish-task.ts';
import { armTask } from './states/task-time-outs.ts';
import type { TokenOwner } from './token.ts';

/** Records what a token's holder says came of the task; false when the task does not wait for it any more. */
export function answerTask(execution: Execution, { thread, task }: TokenOwner, result: TaskResult): Promise<boolean> {
  const waits = (now: { readonly type: string }): boolean => now.type === 'Task' && 'task' in now && now.task === task;
  return execution.happen(thread, waits, finishTask(execution, result));
}

/** The token's holder lives: the next heartbeat is due later. False when the task does not wait for it any more. */
export async function beatTask(execution: Execution, { thread: id, task }: TokenOwner): Promise<boolean> {
  const beat = (): boolean => {
    const thread = execution.thread(id);
    if (thread?.wait.type !== 'Task' || thread.wait.task !== task) return false;
    const { heartbeatMillis } = thread.wait;
    if (heartbeatMillis === undefined) return true;
    execution.disarm(id);
    const heartbeat = execution.outside.now() + heartbeatMillis;
    armTask(execution, execution.put({ ...thread, wait: { ...thread.wait, heartbeat } }));
    return true;
  };
  return (await execution.enqueue(beat, { soon: true })) ?? false;
}
