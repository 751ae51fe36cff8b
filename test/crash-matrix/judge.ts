import type { ActionExecution, ActionKey } from '../../functions/domain/action.ts';
import { promise } from '../engine/simulation/promise.ts';
import { clear, remembering } from './functions.ts';
import type { ReferenceRun } from './reference-runs.ts';
import type { Users } from './users.ts';

/** Loaded from source once a world has its clock and wires. It is to remember nothing of another world. */
let verdict: Awaited<ReturnType<typeof remembering<typeof import('../engine/simulation/verdict.ts')>>> | undefined;

type Status = 'running' | 'succeeded' | 'failed' | 'stopped';

interface Work {
  readonly status: Status;
  readonly starts: number;
}

/** Holds a world that has come to rest against the seven promises; where nothing was disturbed, also against what was to come of it. */
export async function judgeWorld(users: Users, { ends }: ReferenceRun, faults: number): Promise<void> {
  verdict ??= await remembering(() => import('../engine/simulation/verdict.ts'));
  clear(verdict);
  const { world } = users;
  const { observer, published, lostRecords } = world;
  const all = new Map<ActionKey, Work>();
  for (const action of observer.actions.values()) all.set(action.key, await workOf(users, action));
  if (faults === 0) {
    const found = users.runs.map(({ status }) => status).join();
    promise('ends', found === ends.join(), `The runs end as ${found}, not as ${ends.join()}.`);
  }
  // What was to come of an undisturbed run is known exactly: the walk's own rule for it is left out.
  await verdict.module.judge({ observer, works: { all }, published, lostRecords, style: { faults: 1 } }, users);
}

/** What was done for an action where it is done, whatever the engine says of it. */
async function workOf({ world, jobs }: Users, action: ActionExecution): Promise<Work> {
  const { key, type, outputs = [] } = action;
  if (type.category === 'Rule') return { status: ofRule(action), starts: 1 };
  const job = jobs.get(key);
  if (job) return job;
  const builds = world.builds.of(key);
  const [build] = builds;
  if (build) return { status: statuses[build.status], starts: builds.length };
  if (type.provider !== 'S3') return { status: 'running', starts: 0 };
  const places = type.category === 'Deploy' ? [{ bucket: 'site', key: 'site.zip' }] : outputs;
  const there = await Promise.all(places.map(({ bucket, key }) => world.holds(bucket, key)));
  return { status: there.length > 0 && there.every(Boolean) ? 'succeeded' : 'failed', starts: 1 };
}

/** What a rule of the reference runs has to come to; one that waits is judged by who waits for it. */
function ofRule({ type, resolvedConfiguration: { Variable, Value } = {} }: ActionExecution): Status {
  return type.provider !== 'VariableCheck' || Variable === Value ? 'succeeded' : 'failed';
}

const statuses = { IN_PROGRESS: 'running', SUCCEEDED: 'succeeded', FAILED: 'failed', STOPPED: 'stopped' } as const;
