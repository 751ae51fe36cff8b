import type { Execution } from '../execution.ts';
import { finishTask } from '../finish-task.ts';
import type { Thread, Wait } from '../thread.ts';

/** Sets the time-outs of a task that waits. */
export function armTask(execution: Execution, { id, wait }: Thread): void {
  if (wait.type !== 'Task') return;
  const { task, deadline, heartbeat } = wait;
  const late = (due: 'deadline' | 'heartbeat') => (now: Wait) =>
    now.type === 'Task' && now.task === task && (now[due] ?? Number.POSITIVE_INFINITY) <= execution.outside.now();
  if (deadline !== undefined)
    execution.arm(id, deadline, () =>
      execution.occur(id, late('deadline'), finishTask(execution, { timedOut: 'States.Timeout' })),
    );
  if (heartbeat !== undefined)
    execution.arm(id, heartbeat, () =>
      execution.occur(id, late('heartbeat'), finishTask(execution, { timedOut: 'States.HeartbeatTimeout' })),
    );
}
