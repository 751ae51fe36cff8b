import { AslError, asAslError } from '../asl-error.ts';
import type { State } from '../definition.ts';
import { attemptOf, type Execution, limited, newToken } from '../execution.ts';
import { exitWith } from '../exit.ts';
import { evaluate } from '../expression.ts';
import type { TaskResult, Thread } from '../store.ts';

type Waiting = Extract<Thread['wait'], { type: 'Task' }>;

/** Begins a task: it is scheduled with a new token, committed, and only then called. */
export async function beginTask(execution: Execution, thread: Thread, state: State): Promise<undefined> {
  const attempt = attemptOf(thread.wait);
  const withToken = state.Resource?.endsWith('.waitForTaskToken');
  const token = withToken ? { token: newToken(execution.row.arn, thread.id) } : {};
  const view = execution.view(thread, token);
  const given = limited(
    state.Arguments === undefined ? thread.input : await evaluate(state.Arguments, view),
    `arguments of ${thread.state}`,
  );
  const seconds = await secondsOf(state.TimeoutSeconds, view);
  const heartbeat = await secondsOf(state.HeartbeatSeconds, view);
  const now = execution.outside.clock.now();
  const wait: Waiting = {
    type: 'Task',
    attempt,
    ...token,
    submitted: false,
    ...(seconds === undefined ? {} : { deadline: now + seconds * 1000 }),
    ...(heartbeat === undefined ? {} : { heartbeat: now + heartbeat * 1000, heartbeatMillis: heartbeat * 1000 }),
  };
  const about = resourceOf(state);
  execution.event(thread, 'TaskScheduled', {
    ...about,
    region: execution.row.arn.split(':')[3],
    parameters: JSON.stringify(given),
    ...(seconds === undefined ? {} : { timeoutInSeconds: seconds }),
  });
  execution.event(execution.thread(thread.id), 'TaskStarted', about);
  const waiting = execution.put({ ...(execution.thread(thread.id) ?? thread), wait });
  execution.afterCommit(() => void callResource(execution, thread.id, wait, state, given));
  armTask(execution, waiting);
}

/** Time-outs of a task that waits. */
export function armTask(execution: Execution, { id, wait }: Thread): void {
  if (wait.type !== 'Task') return;
  const timeOut = (error: string) => () =>
    void execution.enqueue(() => finish(execution, id, wait, { error, cause: '' }));
  if (wait.deadline !== undefined) execution.arm(id, wait.deadline, wait, timeOut('States.Timeout'));
  if (wait.heartbeat !== undefined) execution.arm(id, wait.heartbeat, wait, timeOut('States.HeartbeatTimeout'));
}

/** The result of a task, unless the thread has gone on: it leaves the state, or fails in it. */
export async function finish(
  execution: Execution,
  id: number,
  wait: { readonly attempt: number; readonly token?: string },
  result: TaskResult,
): Promise<void> {
  const thread = execution.thread(id);
  const now = thread?.wait;
  if (!thread || !now || (now.type !== 'Task' && now.type !== 'Result') || now.attempt !== wait.attempt) return;
  const state = execution.stateOf(thread);
  const about = resourceOf(state);
  try {
    if ('error' in result) {
      const timedOut = result.error === 'States.Timeout' || result.error === 'States.HeartbeatTimeout';
      execution.event(thread, timedOut ? 'TaskTimedOut' : 'TaskFailed', {
        ...about,
        error: result.error,
        cause: result.cause,
      });
      throw new AslError(result.error, result.cause);
    }
    limited(result.output, `result of ${thread.state}`);
    execution.event(thread, 'TaskSucceeded', {
      ...about,
      output: JSON.stringify(result.output),
      outputDetails: { truncated: false },
    });
    const later = execution.thread(id) ?? thread;
    await execution.flow.leave(
      execution,
      id,
      await exitWith(later, state, execution.view(later, { result: result.output }), result.output),
    );
  } catch (error) {
    await execution.flow.fail(execution, id, asAslError(error));
  }
}

/** Keeps the result that came with a token; false when the task does not wait for this token any more. */
export function acknowledge(execution: Execution, id: number, token: string, result: TaskResult): boolean {
  const thread = execution.thread(id);
  if (thread?.wait.type !== 'Task' || thread.wait.token !== token) return false;
  execution.disarm(id);
  const { attempt } = thread.wait;
  execution.put({ ...thread, wait: { type: 'Result', attempt, result } });
  execution.afterCommit(() => workIn(execution, id));
  return true;
}

/** Works in a result that was acknowledged. */
export function workIn(execution: Execution, id: number): void {
  void execution.enqueue(async () => {
    const wait = execution.thread(id)?.wait;
    if (wait?.type === 'Result') await finish(execution, id, wait, wait.result);
  });
}

/** The worker lives: the next heartbeat is due later. False when the task does not wait for this token any more. */
export function beat(execution: Execution, id: number, token: string): boolean {
  const thread = execution.thread(id);
  if (thread?.wait.type !== 'Task' || thread.wait.token !== token) return false;
  const { heartbeatMillis } = thread.wait;
  if (heartbeatMillis === undefined) return true;
  execution.disarm(id);
  armTask(
    execution,
    execution.put({ ...thread, wait: { ...thread.wait, heartbeat: execution.outside.clock.now() + heartbeatMillis } }),
  );
  return true;
}

async function callResource(
  execution: Execution,
  id: number,
  wait: Waiting,
  state: State,
  given: unknown,
): Promise<void> {
  try {
    const output = await execution.outside.call(state.Resource ?? '', given);
    // That a function has been called survives kill -9; should a loss of power undo it, the call counts as failed.
    if (wait.token !== undefined) await execution.enqueue(() => submitted(execution, id, wait, state), true);
    else await execution.enqueue(() => finish(execution, id, wait, { output }));
  } catch (error) {
    const { error: name, cause } = asAslError(error);
    await execution.enqueue(() => finishUnanswered(execution, id, wait, { error: name, cause }));
  }
}

/** A call that fails after its token was answered has not failed the task. */
async function finishUnanswered(execution: Execution, id: number, wait: Waiting, result: TaskResult): Promise<void> {
  if (execution.thread(id)?.wait.type === 'Task') await finish(execution, id, wait, result);
}

function submitted(execution: Execution, id: number, wait: Waiting, state: State): void {
  const thread = execution.thread(id);
  if (thread?.wait.type !== 'Task' || thread.wait.token !== wait.token) return;
  execution.event(thread, 'TaskSubmitted', { ...resourceOf(state), output: '{}', outputDetails: { truncated: false } });
  execution.put({ ...(execution.thread(id) ?? thread), wait: { ...thread.wait, submitted: true } });
}

async function secondsOf(template: unknown, view: Parameters<typeof evaluate>[1]): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const seconds = await evaluate(template, view);
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new AslError(
    'States.QueryEvaluationError',
    `A time-out must be a positive whole number of seconds, not ${JSON.stringify(seconds)}.`,
  );
}

function resourceOf({ Resource = '' }: State): { readonly resourceType: string; readonly resource: string } {
  const [resourceType = '', ...resource] = Resource.split(':states:::')[1]?.split(':') ?? [];
  return { resourceType, resource: resource.join(':') };
}
