import type { PolledSource } from '../domain/polled-source.ts';
import { due, type Item, type Key, list, openIn, readAll, update, type Write } from './table.ts';

/** A source action that is polled, or was until its pipeline was idle for too long. Times in milliseconds since the epoch. */
export interface PollRecord extends PolledSource {
  readonly pipelineId: string;
  readonly pipelineName: string;
  /** When CreatePipeline or UpdatePipeline switched polling on. */
  readonly enabledAt: number;
  /** The start of the newest run that polling knows of. */
  readonly activeAt?: number;
  readonly disabledAt?: number;
  /** The newest version for which there is nothing more to do. */
  readonly seen?: string;
  /** Version and reason of the last start that was refused. */
  readonly refused?: string;
}

/** What a look leaves behind; absent: as it was. */
export type Looked = Pick<PollRecord, 'activeAt' | 'seen' | 'refused' | 'disabledAt'>;

const partition = 'POLLS';
const prefix = 'POLL#';
/** Of one sweep: CodePipeline polls 300 pipelines of a Region at most (quotas). */
const most = 500;
const firstLook = 60_000;
/** The sweeper comes every minute, never to the millisecond. */
const nextLook = 50_000;

/** The write by which a source action is polled, from now on, also when polling had been switched off. `isSame`: it was of the same object before. */
export function poll(
  { id, name }: { readonly id: string; readonly name: string },
  { action, bucket, key, roleArn, actionRoleArn }: PolledSource,
  { now, isSame }: { readonly now: number; readonly isSame: boolean },
): Write {
  const { open, nextCheckAt } = openIn(partition, now + firstLook);
  const set = { pipelineName: name, action, bucket, key, roleArn, enabledAt: now, open, nextCheckAt };
  const kept = { ...set, ...(actionRoleArn === undefined ? {} : { actionRoleArn }) };
  const removed = [
    'disabledAt',
    'refused',
    ...(actionRoleArn === undefined ? ['actionRoleArn'] : []),
    ...(isSame ? [] : ['seen']),
  ];
  return { update: pollKey(id, action), ...expressionOf(kept, removed) };
}

/** The write by which it is polled no more. */
export function pollNoMore(pipelineId: string, action: string): Write {
  return { remove: pollKey(pipelineId, action) };
}

/** The source actions that are to be looked at by `time`, the longest due first. */
export async function duePolls(time: number): Promise<readonly PollRecord[]> {
  const items = await readAll(await due(partition, time, most));
  return items.flatMap((item) => (item?.['open'] === undefined ? [] : [pollFrom(item)]));
}

/** The polled source actions of a pipeline. */
export async function listPolls(pipelineId: string): Promise<readonly PollRecord[]> {
  const { items } = await list(pipelineId, prefix, { limit: 100 });
  return items.map(pollFrom);
}

/** Records what a look has found, unless polling was switched on anew meanwhile. It is looked again in a minute, or no more when it is disabled. */
export function noteLook({ pipelineId, action, enabledAt }: PollRecord, looked: Looked, now: number): Promise<boolean> {
  const isOver = looked.disabledAt !== undefined;
  const set = { ...looked, ...(isOver ? {} : { nextCheckAt: now + nextLook }) };
  const { expression, names, values } = expressionOf(set, isOver ? ['open', 'nextCheckAt'] : []);
  return update(pollKey(pipelineId, action), {
    UpdateExpression: expression,
    ConditionExpression: 'enabledAt = :enabled',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...values, ':enabled': enabledAt },
  });
}

function pollKey(pipelineId: string, action: string): Key {
  return { pk: pipelineId, sk: `${prefix}${action}` };
}

function pollFrom({ pk, sk: _, open: __, nextCheckAt: ___, ...rest }: Item): PollRecord {
  return { ...rest, pipelineId: String(pk) } as unknown as PollRecord;
}

function expressionOf(set: Readonly<Record<string, unknown>>, removed: readonly string[]) {
  const named = Object.keys(set);
  const sets = `SET ${named.map((name) => `#${name} = :${name}`).join(', ')}`;
  const removes = removed.length === 0 ? '' : ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}`;
  return {
    expression: sets + removes,
    names: Object.fromEntries([...named, ...removed].map((name) => [`#${name}`, name])),
    values: Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
  };
}
