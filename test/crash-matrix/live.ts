import './environment.ts';
import { checks } from '../engine/simulation/promise.ts';
import { judgeWorld } from './judge.ts';
import type { ReferenceRun } from './reference-runs.ts';
import type { Plan } from './scheduler.ts';
import { Users } from './users.ts';
import { World } from './world.ts';

/** What came of a world. */
export interface Lived {
  /** The names of its calls, in their order. */
  readonly points: readonly string[];
  readonly trace: readonly string[];
  /** How many promises were looked at. */
  readonly checks: number;
  /** The promise that was broken, if one was. */
  readonly violation?: string;
}

/** Lives a reference run from its beginning until all is at rest, with one fault or none, and judges it; `atEnd` may look at more. */
export async function live(
  run: ReferenceRun,
  seed: number,
  plan?: Plan,
  atEnd: (world: World) => Promise<void> = async () => {},
): Promise<Lived> {
  const before = checks.evaluated;
  const world = await World.make({ seed, ...(plan ? { plan } : {}) });
  const { points, trace } = world.scheduler;
  const users = new Users(world, 'pipeline');
  try {
    for (const bucket of ['source', 'site']) await world.putBucket(bucket);
    users.sourceVersion = await world.putObject('source', 'source.zip', 'what was pushed');
    run.begin(users);
    await world.run();
    await judgeWorld(users, run, plan ? 1 : 0);
    await atEnd(world);
    return { points, trace, checks: checks.evaluated - before };
  } catch (error) {
    const violation = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { points, trace, checks: checks.evaluated - before, violation };
  } finally {
    await world.close();
  }
}
