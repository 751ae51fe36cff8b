import {
  type ActionRecord,
  putApprovalToken,
  putDeployment,
  putLatest,
  readAction,
  saveAction,
} from '../aws/action-record.ts';
import { putJob } from '../aws/job-record.ts';
import type { Write } from '../aws/table.ts';
import { type ActionExecution, type ActionKey, begin, isManualApproval, type Resolved } from '../domain/action.ts';
import { maskConfiguration } from '../domain/definition/secrets.ts';
import { createJob, hasJob } from '../domain/job.ts';
import type { TaskToken } from '../domain/order.ts';
import { assembleWork } from '../engine/assemble-work.ts';
import { failureOf } from '../engine/failure-of.ts';
import type { Work } from '../engine/work.ts';
import type { Given } from '../lambda/given.ts';

export type ToldFailure = NonNullable<ReturnType<typeof failureOf>>;

/** What an action needs, or why it cannot be had. */
export type Prepared = { readonly work: Work } | { readonly failure: ToldFailure };

type Prepare = (action: ActionExecution) => Promise<Prepared>;

/** Assembles an action's work once, however often its record changes meanwhile. */
export function preparing(given: Given): Prepare {
  let prepared: Promise<Prepared> | undefined;
  return (action) => {
    prepared ??= orFailure(async () => ({ work: await assembleWork(action, given) }));
    return prepared;
  };
}

/** The intent holds what was resolved and copied for it: whoever starts the action again goes by that. */
export async function beginAction(key: ActionKey, token: TaskToken, prepare: Prepare, given: Given): Promise<Begun> {
  const { now, newId } = given;
  const found = await readAction(key);
  if (!found) throw new Error(`There is no action execution ${key}.`);
  const todo = begin(found.action, token, now);
  if (todo.todo === 'Nothing') return { todo: 'Nothing' };
  if (todo.todo !== 'Start') return { todo: todo.todo, record: await saveAction(todo.action, found.rev) };
  const prepared = await prepare(todo.action);
  const resolved = 'work' in prepared ? resolvedOf(prepared.work) : {};
  const { action, others } = withToken({ ...todo.action, ...resolved }, newId);
  const latest = action.parallel ? [] : [putLatest(action)];
  return { todo: 'Start', record: await saveAction(action, found.rev, ...latest, ...others), prepared };
}

/** What a person answers by, or a worker: known from the intent on. */
function withToken(
  begun: ActionExecution,
  newId: () => string,
): { readonly action: ActionExecution; readonly others: readonly Write[] } {
  if (isManualApproval(begun)) {
    const action = { ...begun, approvalToken: newId() };
    return { action, others: [putApprovalToken(action.approvalToken, action)] };
  }
  const deployment = begun.type.category === 'Deploy' ? [putDeployment(begun)] : [];
  if (!hasJob(begun.type)) return { action: begun, others: deployment };
  const action = { ...begun, job: newId() };
  return { action, others: [...deployment, putJob(createJob(action, action.job))] };
}

type Begun =
  | { readonly todo: 'Nothing' }
  | { readonly todo: 'Start'; readonly record: ActionRecord; readonly prepared: Prepared }
  | { readonly todo: 'Send' | 'StartAgain' | 'Wait'; readonly record: ActionRecord };

/** What was found out for an action, as its record keeps it. */
export function resolvedOf({ inputs, secrets, configuration }: Work): Resolved {
  return { inputs, resolvedConfiguration: maskConfiguration(secrets, configuration) };
}

/** What an attempt comes to, or why it failed for a reason that the user can mend; any other error is thrown. */
export async function orFailure<T extends object>(
  attempt: () => Promise<T>,
): Promise<T | { readonly failure: ToldFailure }> {
  try {
    return await attempt();
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    return { failure };
  }
}
