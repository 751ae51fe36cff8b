import { type ActionRecord, readAction, saveAction } from '../aws/action-record.ts';
import { sendToken } from '../aws/machine.ts';
import { untilUnchanged } from '../aws/table.ts';
import { type ActionExecution, type ActionKey, isDone, running, type Started, settle } from '../domain/action.ts';
import { typeName } from '../domain/action-type.ts';
import type { TaskToken } from '../domain/order.ts';
import { assembleWork } from '../engine/assemble-work.ts';
import { completeAction } from '../engine/complete-action.ts';
import { excessOfVariables } from '../engine/output-variables.ts';
import type { Work } from '../engine/work.ts';
import type { Given } from '../lambda/given.ts';
import { beginAction, orFailure, preparing, resolvedOf, type ToldFailure } from './intent.ts';
import type { Outcome, Provider } from './provider.ts';

/** Finds the provider of an action among those of a function. */
export type Providers = readonly Provider[];

/**
 * Runs an action's task: records the intent, calls the provider, records what came of it. Called again it never starts the
 * action a second time.
 */
export async function runAction(key: ActionKey, token: TaskToken, providers: Providers, given: Given): Promise<void> {
  const prepare = preparing(given);
  const todo = await untilUnchanged(() => beginAction(key, token, prepare, given));
  switch (todo.todo) {
    case 'Nothing':
    case 'Wait':
      return;
    case 'Send':
      return sendToken(token.value);
    case 'Start': {
      const { record, prepared } = todo;
      if ('failure' in prepared) return fail(record.action, prepared.failure);
      return carryOn({ ...prepared.work, action: record.action }, providers, (work, by) => by.start(work));
    }
    case 'StartAgain':
      return assembled(todo.record, providers, given, startAgain);
  }
}

/** Goes on with long work, or asks the provider how it stands. An action without an external id is left as it is. */
export async function lookAgain(key: ActionKey, providers: Providers, given: Given): Promise<void> {
  const record = await untilUnchanged(() => findRunning(key));
  if (!record) return;
  const { externalId, cursor } = record.action;
  await assembled(record, providers, given, async (work, provider) => {
    if (cursor !== undefined && provider.resume) return provider.resume(work, cursor);
    if (externalId !== undefined && provider.observe) return provider.observe(work, externalId);
    return undefined;
  });
}

/** Cancels what an action that was abandoned or timed out has started, by best effort. */
export async function cancelAction(key: ActionKey, providers: Providers, given: Given): Promise<void> {
  const record = await readAction(key);
  if (record?.action.externalId === undefined) return;
  const work = await assembleWork(record.action, given);
  await providerOf(work, providers).stop?.(work, record.action.externalId);
}

type Ask = (work: Work, provider: Provider) => Promise<Outcome | undefined>;

/** Assembles the action's work and goes on with it. */
async function assembled({ action }: ActionRecord, providers: Providers, given: Given, ask: Ask): Promise<void> {
  const prepared = await preparing(given)(action);
  if ('failure' in prepared) return fail(action, prepared.failure);
  await carryOn(prepared.work, providers, ask);
}

/** Asks the provider for an outcome and keeps it. An error that the user can mend fails the action; any other is for the task's Retry. */
async function carryOn(work: Work, providers: Providers, ask: Ask): Promise<void> {
  const asked = await orFailure(async () => {
    const provider = providerOf(work, providers);
    return { provider, outcome: await ask(work, provider) };
  });
  if ('failure' in asked) return fail(work.action, asked.failure);
  if (asked.outcome) await keep(work, withinLimit(asked.outcome), asked.provider, providers);
}

async function fail({ key }: ActionExecution, failure: ToldFailure): Promise<void> {
  await completeAction(key, () => ({ status: 'Failed', failure }), Date.now());
}

/** An earlier invocation may have started it: what its start class allows. */
async function startAgain(work: Work, provider: Provider): Promise<Outcome | undefined> {
  if (provider.startClass === 'token') return provider.start(work);
  const found = provider.startClass === 'lookup' ? await provider.find?.(work) : undefined;
  if (found) return found;
  const result = settle(
    { ...work.action, status: 'Starting' },
    { name: 'no trace of it was found', cause: '' },
    work.now,
  );
  await completeAction(work.action.key, (action) => (action.status === 'Starting' ? result : undefined), Date.now());
  return undefined;
}

function withinLimit(outcome: Outcome): Outcome {
  if (outcome.status !== 'Succeeded') return outcome;
  const message = excessOfVariables(outcome.outputVariables);
  return message === undefined ? outcome : { status: 'Failed', code: 'ConfigurationError', message };
}

async function keep(work: Work, outcome: Outcome, provider: Provider, providers: Providers): Promise<void> {
  const { key } = work.action;
  const resolved = resolvedOf(work);
  switch (outcome.status) {
    case 'Recorded':
      return;
    case 'Running':
      return keepRunning(work, { ...outcome, ...resolved }, provider, providers);
    case 'Succeeded': {
      const { revision, ...result } = outcome;
      await completeAction(key, () => ({ ...result, ...resolved }), Date.now(), revision ? { revision } : {});
      return;
    }
    case 'Failed': {
      const { code, message, ...external } = outcome;
      const failure = { code, message: message.slice(0, 5000) };
      await completeAction(key, () => ({ ...external, ...resolved, status: 'Failed', failure }), Date.now());
    }
  }
}

async function keepRunning(work: Work, external: Started, provider: Provider, providers: Providers): Promise<void> {
  const { key } = work.action;
  const before = await untilUnchanged(async () => {
    const found = await readAction(key);
    if (!found) throw new Error(`There is no action execution ${key}.`);
    const next = running(found.action, external, Date.now());
    if (next) await saveAction(next, found.rev);
    return found.action;
  });
  if (before.eventCame) return lookAgain(key, providers, work);
  const over = isDone(before.status) && before.status !== 'Succeeded';
  if (over && external.externalId !== undefined) await provider.stop?.(work, external.externalId);
}

/** An action that runs. While one is starting, that somebody asked is noted: whoever records the external id looks then. */
async function findRunning(key: ActionKey): Promise<ActionRecord | undefined> {
  const found = await readAction(key);
  if (found?.action.status === 'Starting') await saveAction({ ...found.action, eventCame: true }, found.rev);
  return found?.action.status === 'Running' ? found : undefined;
}

function providerOf(work: Work, providers: Providers): Provider {
  const name = typeName(work.action.type);
  const found = providers.find(
    ({ types, owner }) => owner === work.action.type.owner || types.some(({ id }) => typeName(id) === name),
  );
  if (!found) throw new Error(`This function has no provider for ${name}.`);
  return found;
}
