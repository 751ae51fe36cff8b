import { type AslError, asAslError, matchesError } from './asl-error.ts';
import type { Retrier } from './definition.ts';
import { attemptOf, type Execution, type Exit, type Flow, limited } from './execution.ts';
import { exitWith } from './exit.ts';
import { beginState } from './states/begin-state.ts';
import { childDone, childFailed } from './states/children.ts';
import type { Thread } from './store.ts';

/** A thread enters a state and goes on until it waits or ends. */
async function enter(execution: Execution, thread: Thread, name: string, input: unknown): Promise<void> {
  const entered = execution.put({
    ...thread,
    state: name,
    input,
    entered: execution.outside.clock.now(),
    retries: [],
    wait: { type: 'None' },
  });
  try {
    limited(input, `input of ${name}`);
    execution.transition();
    execution.event(entered, `${execution.stateOf(entered).Type}StateEntered`, {
      name,
      input: JSON.stringify(input),
      inputDetails: { truncated: false },
    });
    await begin(execution, entered.id);
  } catch (error) {
    await fail(execution, entered.id, asAslError(error));
  }
}

/** A thread's state begins, or begins again. */
export async function begin(execution: Execution, id: number): Promise<void> {
  const thread = execution.thread(id);
  if (!thread) return;
  const exit = await beginState(execution, thread, execution.stateOf(thread));
  if (exit) await leave(execution, id, exit);
}

/** A thread leaves its state. */
async function leave(execution: Execution, id: number, { output, next, variables = {} }: Exit): Promise<void> {
  const before = execution.thread(id);
  if (!before) return;
  execution.disarm(id);
  const thread = execution.put({ ...before, variables: { ...before.variables, ...variables } });
  const { Type } = execution.stateOf(thread);
  if (Type !== 'Fail')
    execution.event(thread, `${Type}StateExited`, {
      name: thread.state,
      output: JSON.stringify(output),
      outputDetails: { truncated: false },
    });
  const now = execution.thread(id) ?? thread;
  if (next !== undefined) return enter(execution, now, next, output);
  if (now.parent !== null) return childDone(execution, now, output);
  execution.event(now, 'ExecutionSucceeded', { output: JSON.stringify(output), outputDetails: { truncated: false } });
  execution.end('SUCCEEDED', { output: JSON.stringify(output) });
}

/** A state has failed: it is retried, caught, or its thread fails. */
async function fail(execution: Execution, id: number, error: AslError): Promise<void> {
  const thread = execution.thread(id);
  if (!thread) return;
  execution.disarm(id);
  execution.removeChildren(id);
  const state = execution.stateOf(thread);
  if (retry(execution, thread, state.Retry ?? [], error)) return;
  const catcher = state.Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
  if (!catcher) return failThread(execution, thread, error);
  try {
    const errorOutput = { Error: error.error, Cause: error.cause };
    const exit = await exitWith(thread, catcher, execution.view(thread, { errorOutput }), errorOutput);
    await leave(execution, id, exit);
  } catch (inCatch) {
    await failThread(execution, thread, asAslError(inCatch));
  }
}

/** Whether the state is retried: after a delay, with full jitter where the retrier says so. */
function retry(execution: Execution, thread: Thread, retriers: readonly Retrier[], error: AslError): boolean {
  const index = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
  const retrier = retriers[index];
  const used = thread.retries[index] ?? 0;
  if (!retrier || used >= (retrier.MaxAttempts ?? 3)) return false;
  const full = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
  const seconds =
    Math.min(full, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY) *
    (retrier.JitterStrategy === 'FULL' ? Math.random() : 1);
  const retries = retriers.map((_, each) => (thread.retries[each] ?? 0) + (each === index ? 1 : 0));
  const until = execution.outside.clock.now() + seconds * 1000;
  const waiting = execution.put({
    ...thread,
    retries,
    wait: { type: 'Retry', attempt: attemptOf(thread.wait) + 1, until },
  });
  armRetry(execution, waiting);
  return true;
}

/** The state begins again when its retry is due. */
export function armRetry(execution: Execution, { id, wait }: Thread): void {
  if (wait.type !== 'Retry') return;
  execution.arm(id, wait.until, wait, () => {
    void execution.enqueue(async () => {
      if (execution.thread(id)?.wait.type !== 'Retry') return;
      execution.transition();
      await begin(execution, id).catch((error: unknown) => fail(execution, id, asAslError(error)));
    });
  });
}

async function failThread(execution: Execution, thread: Thread, error: AslError): Promise<void> {
  if (thread.parent === null) execution.failWith(error);
  else await childFailed(execution, thread, error);
}

/** How threads go from state to state. */
export const flow: Flow = { enter, leave, fail };
