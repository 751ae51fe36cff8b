import { asAslError } from './asl-error.ts';
import type { State } from './definition.ts';
import type { Execution } from './execution.ts';
import { finishTask } from './finish-task.ts';
import { jsonWithin } from './limits.ts';
import { resourceOf } from './task-resource.ts';
import type { Wait } from './thread.ts';

/** Calls a task's resource. What comes of the call counts only while the thread waits for this very task. */
export function callTask(execution: Execution, id: number, task: string, state: State, given: unknown): void {
  const waits = (now: Wait): boolean => now.type === 'Task' && now.task === task;
  const { machine: sourceArn, name, role } = execution.row;
  // The name of a session has 64 characters at most.
  const by = { service: 'states.amazonaws.com', sourceArn, role, session: name.slice(0, 64) };
  execution.outside
    .call(state.Resource ?? '', given, task, by)
    .then((output) => {
      if (resourceOf(state).withToken) submit(execution, id, task, state, output);
      else execution.occur(id, waits, finishTask(execution, { output }));
    })
    .catch((error: unknown) => {
      const { error: name, cause } = asAslError(error);
      execution.occur(id, waits, finishTask(execution, { error: name, cause }));
    });
}

/**
 * The function was called, and the task waits for its token. This is not synced to the disk: should a loss of power undo it, the
 * call counts as failed, and the state's Retry calls again.
 */
function submit(execution: Execution, id: number, task: string, state: State, answer: unknown): void {
  const { resourceType, resource } = resourceOf(state);
  const output = jsonWithin(answer, 'answer of the function');
  const record = (): void => {
    const thread = execution.thread(id);
    if (thread?.wait.type !== 'Task' || thread.wait.task !== task) return;
    execution.event(id, 'TaskSubmitted', { resourceType, resource, output, outputDetails: { truncated: false } });
    execution.put({ ...(execution.thread(id) ?? thread), wait: { ...thread.wait, submitted: true } });
  };
  execution.enqueue(record, { soon: true }).catch(() => undefined);
}
