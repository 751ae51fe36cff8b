import { type ActionExecution, type ActionKey, conditionOf, isDone, runOf } from '../domain/action.ts';
import {
  type Item,
  isNew,
  type Key,
  list,
  openUntil,
  type Page,
  read,
  readAll,
  unchanged,
  type Write,
  write,
} from './table.ts';
import { packMap, type TextMap, unpackMap } from './text-map.ts';

/** An action execution with the revision under which it was read. */
export interface ActionRecord {
  readonly action: ActionExecution;
  readonly rev: number;
}

const firstCheck = 60_000;
const history = 365 * 24 * 60 * 60;

/** What is listed apart: executions of actions, and of the rules of conditions. */
export type ActionKind = 'ACTION' | 'RULE';

/** Where an action execution is kept: actions of a run follow one another in the order in which they are decided, and so do rules. */
export function actionRecordKey(key: ActionKey): Key {
  const { pipelineId, run } = runOf(key);
  const kind: ActionKind = conditionOf(key) === undefined ? 'ACTION' : 'RULE';
  return { pk: pipelineId, sk: `${kind}#${run}#${key.slice(pipelineId.length + run.length + 2)}` };
}

/** Whether a record's sort key is that of an action execution, or of a rule's. */
export function isActionRecord(sk: string): boolean {
  return sk.startsWith('ACTION#') || sk.startsWith('RULE#');
}

/** Reads an action execution; undefined when there is none of this key. */
export async function readAction(key: ActionKey): Promise<ActionRecord | undefined> {
  const item = await read(actionRecordKey(key));
  return item && actionFrom(item);
}

/** Reads action executions by key; those that are not there are left out. */
export async function readActions(keys: readonly ActionKey[]): Promise<readonly ActionRecord[]> {
  const items = await readAll(keys.map(actionRecordKey));
  return items.flatMap((item) => (item ? [actionFrom(item)] : []));
}

/** Action executions of a pipeline, of one of its runs, or of a stage of a run (by its place from 0), or executions of rules; the newest first. */
export async function listActions(
  pipelineId: string,
  within: { readonly kind?: ActionKind; readonly run?: string | undefined; readonly stage?: number },
  limit: number,
  after?: Key,
): Promise<Page> {
  const run = within.run === undefined ? '' : `${within.run}#`;
  const stage = within.stage === undefined ? '' : `${String(within.stage).padStart(2, '0')}.`;
  return list(pipelineId, `${within.kind ?? 'ACTION'}#${run}${stage}`, {
    limit,
    newestFirst: true,
    ...(after ? { after } : {}),
  });
}

/** The write that saves an action execution. It stays in the index of open work until its end has been published and its token sent. */
export function putAction(action: ActionExecution, rev?: number): Write {
  const { resolvedConfiguration, outputVariables, ...rest } = action;
  const put = {
    ...actionRecordKey(action.key),
    ...rest,
    ...(resolvedConfiguration ? { resolvedConfiguration: packMap(resolvedConfiguration) } : {}),
    ...(outputVariables ? { outputVariables: packMap(outputVariables) } : {}),
    rev: (rev ?? 0) + 1,
    ...openUntil(action.id, nextLook(action)),
    ...(isDone(action.status) ? { expires: Math.floor(action.startTime / 1000) + history } : {}),
  };
  return { put, condition: rev === undefined ? isNew : unchanged(rev) };
}

/** When somebody is to look: at the time that the provider has named, at once where work goes on, else after a minute. */
function nextLook({ lookAt, cursor, lastUpdateTime }: ActionExecution): number {
  return lookAt ?? (cursor ? lastUpdateTime : lastUpdateTime + firstCheck);
}

/** Saves an action execution as the only write. Throws `Changed` when it is not as it was read. */
export async function saveAction(
  action: ActionExecution,
  rev: number,
  ...others: readonly Write[]
): Promise<ActionRecord> {
  await write([putAction(action, rev), ...others]);
  return { action, rev: rev + 1 };
}

/** The write that keeps which execution of an action is its latest: GetPipelineState shows it until a newer run reaches the action. */
export function putLatest(action: ActionExecution): Write {
  const { pipelineId } = runOf(action.key);
  return { put: { ...latestKey(pipelineId, action), key: action.key } };
}

/** Keys of the latest execution of each action, or rule, of the pipeline that has one, by stage, condition and name. */
export async function readLatest(
  pipelineId: string,
  actions: readonly Pick<ActionExecution, 'stage' | 'condition' | 'action'>[],
): Promise<readonly (ActionKey | undefined)[]> {
  const items = await readAll(actions.map((action) => latestKey(pipelineId, action)));
  return items.map((item) => (item ? String(item['key']) : undefined));
}

/** No name has a colon in it. */
function latestKey(
  pipelineId: string,
  { stage, condition, action }: Pick<ActionExecution, 'stage' | 'condition' | 'action'>,
): Key {
  return { pk: pipelineId, sk: `LATEST#${stage}#${condition === undefined ? '' : `${condition}:`}${action}` };
}

/** The write that lets a deploy action's execution be found by its id alone. */
export function putDeployment(action: ActionExecution): Write {
  const expires = Math.floor(action.startTime / 1000) + history;
  return { put: { ...deploymentKey(action.id), key: action.key, expires } };
}

/** The run and pipeline of a deploy action's execution; undefined when none of this id began. */
export async function readDeployment(id: string): Promise<ReturnType<typeof runOf> | undefined> {
  const item = id.length > longestId ? undefined : await read(deploymentKey(id));
  return item && runOf(String(item['key']));
}

/** Ids are UUIDs; what a caller names may be any text, and a key holds 2,048 bytes. */
const longestId = 100;

function deploymentKey(id: string): Key {
  return { pk: `DEPLOYMENT#${id}`, sk: 'DEPLOYMENT' };
}

/** The write that makes an approval's token known. */
export function putApprovalToken(token: string, action: ActionExecution): Write {
  const { pipelineId } = runOf(action.key);
  const expires = Math.floor(action.deadline / 1000) + history;
  return { put: { ...approvalKey(pipelineId, token), key: action.key, expires }, condition: isNew };
}

/** The action whose approval a token answers; undefined when the pipeline never gave this token out. */
export async function readApprovalToken(pipelineId: string, token: string): Promise<ActionKey | undefined> {
  const item = await read(approvalKey(pipelineId, token));
  return item ? String(item['key']) : undefined;
}

function approvalKey(pipelineId: string, token: string): Key {
  return { pk: pipelineId, sk: `APPROVAL#${token}` };
}

/** An action execution from its item. */
export function actionFrom(item: Item): ActionRecord {
  const {
    pk: _,
    sk: __,
    rev,
    open: ___,
    nextCheckAt: ____,
    expires: _____,
    resolvedConfiguration,
    outputVariables,
    ...rest
  } = item;
  const action = {
    ...rest,
    ...(resolvedConfiguration ? { resolvedConfiguration: unpackMap(resolvedConfiguration as TextMap) } : {}),
    ...(outputVariables ? { outputVariables: unpackMap(outputVariables as TextMap) } : {}),
  };
  return { action: action as unknown as ActionExecution, rev: Number(rev) };
}
