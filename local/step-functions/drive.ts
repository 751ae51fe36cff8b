import { type AslError, asAslError, matchesError } from './asl-error.ts';
import { type Execution, type Exit, HistoryFull, type Work } from './execution.ts';
import { exitWith } from './exit.ts';
import { jsonWithin } from './limits.ts';
import { retry } from './retry.ts';
import { beginState } from './states/begin-state.ts';
import { childDone, childFailed } from './states/children.ts';
import { stateOf } from './view.ts';

/** A step of more events is committed in parts, so that a long one does not hold up the stack. */
const part = 250;

interface Happening {
  readonly id: number;
  readonly work: Work;
}

/** Lets something happen in a thread's state, then all threads that are ready go on until they wait or end. */
export async function drive(execution: Execution, id?: number, work?: Work): Promise<void> {
  if (id !== undefined && work) await settle(execution, { id, work });
  for (;;) {
    const ready = execution.isOver ? undefined : execution.takeReady();
    if (ready === undefined) return;
    enter(execution, ready);
    await settle(execution, { id: ready, work: (thread, state) => beginState(execution, thread, state) });
    if (execution.uncommitted < part || execution.isOver) continue;
    await execution.commit();
  }
}

function enter(execution: Execution, id: number): void {
  const thread = execution.thread(id);
  if (!thread) return;
  execution.put({ ...thread, entered: execution.outside.now() });
  execution.transition();
  execution.event(id, `${stateOf(execution, thread).Type}StateEntered`, {
    name: thread.state,
    input: JSON.stringify(thread.input),
    inputDetails: { truncated: false },
  });
}

/** Follows what comes of a happening: within the thread, and upwards through those around it. */
async function settle(execution: Execution, happening: Happening): Promise<void> {
  let now: Happening | undefined = happening;
  while (now && !execution.hasEnded) {
    const { id, work }: Happening = now;
    const thread = execution.thread(id);
    if (!thread) return;
    try {
      const exit = await work(thread, stateOf(execution, thread));
      if (!exit) return;
      now = leave(execution, id, exit);
    } catch (error) {
      if (error instanceof HistoryFull) throw error;
      now = await fail(execution, id, asAslError(error));
    }
  }
}

/** A thread leaves its state: for the next, or it ends, which happens in the thread around it. */
function leave(execution: Execution, id: number, { output, next, variables }: Exit): Happening | undefined {
  const before = execution.thread(id);
  if (!before) return undefined;
  execution.disarm(id);
  execution.removeChildren(id);
  if (variables) execution.put({ ...before, variables: { ...before.variables, ...variables } });
  const text = JSON.stringify(output);
  execution.event(id, `${stateOf(execution, before).Type}StateExited`, {
    name: before.state,
    output: text,
    outputDetails: { truncated: false },
    ...(variables ? assigned(variables) : {}),
  });
  const thread = execution.thread(id) ?? before;
  if (next !== undefined) {
    const fresh = { state: next, input: output, attempt: 0, retries: [], wait: { type: 'Ready' as const } };
    execution.put({ ...thread, ...fresh });
    return undefined;
  }
  if (thread.parent !== null) return { id: thread.parent, work: childDone(execution, thread, output) };
  execution.event(id, 'ExecutionSucceeded', { output: text, outputDetails: { truncated: false } });
  execution.end({ status: 'SUCCEEDED', output: text });
  return undefined;
}

function assigned(variables: Readonly<Record<string, unknown>>): object {
  const texts = Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
}

/** A state has failed: it is retried, caught, or its thread fails, which happens in the thread around it. */
async function fail(execution: Execution, id: number, error: AslError): Promise<Happening | undefined> {
  execution.disarm(id);
  execution.removeChildren(id);
  recordEvaluation(execution, id, error);
  const thread = execution.thread(id);
  if (!thread) return undefined;
  const state = stateOf(execution, thread);
  if (retry(execution, thread, state.Retry ?? [], error)) return undefined;
  const catcher = state.Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
  if (!catcher) return failThread(execution, id, error);
  const errorOutput = { Error: error.error, Cause: error.cause };
  let exit: Exit;
  try {
    jsonWithin(errorOutput, `error output of ${thread.state}`);
    exit = await exitWith(execution, thread, catcher, errorOutput, { errorOutput });
  } catch (inCatch) {
    recordEvaluation(execution, id, asAslError(inCatch));
    return failThread(execution, id, asAslError(inCatch));
  }
  return leave(execution, id, exit);
}

function recordEvaluation(execution: Execution, id: number, { error, cause }: AslError): void {
  const thread = execution.thread(id);
  if (thread && error === 'States.QueryEvaluationError')
    execution.event(id, 'EvaluationFailed', { error, cause, state: thread.state });
}

function failThread(execution: Execution, id: number, error: AslError): Happening | undefined {
  const thread = execution.thread(id);
  if (thread && thread.parent !== null) return { id: thread.parent, work: childFailed(execution, thread, error) };
  execution.failWith(error);
  return undefined;
}
