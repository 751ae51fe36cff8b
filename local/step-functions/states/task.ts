import { randomUUID } from 'node:crypto';
import { AslError } from '../asl-error.ts';
import { callTask } from '../call-task.ts';
import type { State } from '../definition.ts';
import type { Execution } from '../execution.ts';
import { evaluate, type View } from '../expression.ts';
import { jsonWithin } from '../limits.ts';
import { resourceOf } from '../task-resource.ts';
import type { TaskWait, Thread } from '../thread.ts';
import { viewOf } from '../view.ts';
import { armTask } from './task-time-outs.ts';

const longest = 99_999_999;

/** Task: is scheduled, with a token of its own where it waits for one; committed; and only then called. */
export async function beginTask(execution: Execution, { id }: Thread, state: State): Promise<undefined> {
  const thread = execution.thread(id);
  if (!thread) return;
  const { resourceType, resource, withToken } = resourceOf(state);
  const task = randomUUID();
  const { tokens } = execution.outside;
  const owner = { execution: execution.row.arn, thread: id, task };
  const view = viewOf(execution, thread, withToken ? { token: tokens.make(owner) } : {});
  const given = state.Arguments === undefined ? thread.input : await evaluate(state.Arguments, view);
  const parameters = jsonWithin(given, `arguments of ${thread.state}`);
  const timeOut = await secondsOf('TimeoutSeconds', state.TimeoutSeconds, view);
  const heartbeat = await secondsOf('HeartbeatSeconds', state.HeartbeatSeconds, view);
  execution.event(id, 'TaskScheduled', {
    resourceType,
    resource,
    region: execution.row.arn.split(':')[3],
    parameters,
    ...(timeOut === undefined ? {} : { timeoutInSeconds: timeOut }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
  });
  execution.event(id, 'TaskStarted', { resourceType, resource });
  const now = execution.outside.now();
  const wait: TaskWait = {
    type: 'Task',
    task,
    submitted: false,
    ...(timeOut === undefined ? {} : { deadline: now + timeOut * 1000 }),
    ...(heartbeat === undefined ? {} : { heartbeat: now + heartbeat * 1000, heartbeatMillis: heartbeat * 1000 }),
  };
  armTask(execution, execution.put({ ...(execution.thread(id) ?? thread), wait }));
  execution.callAfterCommit(id, () => callTask(execution, id, task, state, given));
}

async function secondsOf(name: string, template: unknown, view: View): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const seconds = await evaluate(template, view);
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0 && seconds <= longest) return seconds;
  const given = JSON.stringify(seconds)?.slice(0, 100);
  throw new AslError('States.QueryEvaluationError', `${name} is ${given}, not a whole number from 1 to ${longest}.`);
}
