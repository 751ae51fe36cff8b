import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from './rig.ts';

/** How many of the named points are tried: `all`, or a number; and from which seed they are drawn. */
const share = process.env['SLUICE_CRASH_POINTS'] ?? '12';
const kills = Number(process.env['SLUICE_CRASH_KILLS'] ?? 5);
const seed = Number(process.env['SLUICE_SEED'] ?? 1);

const random = mulberry(seed);
let folder: string;
let rig: Rig;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-crash-'));
  rig = new Rig(folder);
  await rig.start();
  await rig.settle();
}, 120_000);

afterAll(async () => {
  await rig?.kill();
  await rm(folder, { recursive: true, force: true });
});

describe('a stack that is killed with -9', () => {
  it('ends every run as it should, at each named point', { timeout: 3_600_000 }, async () => {
    const points = drawn(await namedPoints());
    const hit: string[] = [];

    for (const point of points) {
      // A call that is made once in a sandbox's life is made again by a stack that has just started.
      for (let tries = 0; tries < 3 && !hit.includes(point); tries++) {
        if (tries > 0) await rig.kill();
        if (await isHit(point)) hit.push(point);
      }
    }

    console.log(`${hit.length} of ${points.length} named crash points were hit (seed ${seed}).`);
    expect(points.filter((point) => !hit.includes(point))).toEqual([]);
  });

  it('ends every run as it should, at random moments', { timeout: 3_600_000 }, async () => {
    for (let kill = 1; kill <= kills; kill++) {
      const { id, text } = await rig.commit();
      await pushUntilTaken();
      await Promise.race([new Promise((resolve) => setTimeout(resolve, random() * 2500)), approveSoon()]);
      await rig.kill();
      await endsAsItShould(id, text, `random kill ${kill}`);
    }
    console.log(`${kills} random kills (seed ${seed}).`);
  });
});

/** Lets a run go on until the point of this name is reached, or the run is over; and sees that it ends as it should. */
async function isHit(point: string): Promise<boolean> {
  if (!rig.isAlive) await rig.start();
  const { id, text } = await rig.commit();
  await rig.command(`crash ${point}`);
  await pushUntilTaken();
  await untilDeadOrOver(id);
  const hit = !rig.isAlive;
  await endsAsItShould(id, text, point);
  await rig.command('crash nothing');
  return hit;
}

/** The points of a whole run: recorded from one that nothing disturbs. Points of callers outside the stack are none of ours. */
async function namedPoints(): Promise<readonly string[]> {
  const { id, text } = await rig.commit();
  await pushUntilTaken();
  await endsAsItShould(id, text, 'the undisturbed run');
  const before = new Set(JSON.parse((await rig.command('points')) ?? '[]') as string[]);
  return [...before].filter((name) => !/ by (client|Sweep|Api)$/.test(name)).sort();
}

function drawn(points: readonly string[]): readonly string[] {
  if (share === 'all') return points;
  return points
    .map((point) => ({ point, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, Number(share))
    .map(({ point }) => point);
}

async function pushUntilTaken(): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    if (await rig.push()) return;
    if (!rig.isAlive) return;
  }
  throw new Error('The push is not taken.');
}

/** Lets the run go on, approving, until the stack is dead or the run over. */
async function untilDeadOrOver(commit: string): Promise<void> {
  for (let rounds = 0; rig.isAlive && rounds < 150; rounds++) {
    const [run] = await rig.runsOf(commit).catch(() => []);
    if (run && run.status !== 'InProgress') return;
    await rig.approveOpen().catch(() => false);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function approveSoon(): Promise<never> {
  for (;;) {
    await rig.approveOpen().catch(() => false);
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (!rig.isAlive) return new Promise(() => {});
  }
}

/**
 * The run of a commit ends: with the page deployed; or as failed, where the kill ended a build that was running, which no restart can
 * bring back. Nothing was started twice.
 */
async function endsAsItShould(commit: string, text: string, what: string): Promise<void> {
  if (!rig.isAlive) await rig.start();
  await rig.push();
  const run = await rig.finish(commit);
  const builds = await rig.buildsByAction();
  const twice = [...builds].filter(([action, statuses]) => action !== '' && statuses.length > 1);
  expect(twice, `builds that were started twice after: ${what}`).toEqual([]);
  expect(await rig.runsOf(commit), `runs of one push after: ${what}`).toHaveLength(1);
  const interrupted = [...builds].some(
    ([action, statuses]) => action.includes(run.pipelineExecutionId ?? '') && statuses.includes('FAULT'),
  );
  if (run.status === 'Failed' && interrupted) return;
  expect(run.status, what).toBe('Succeeded');
  expect(await rig.site(), what).toContain(text);
}

/** A small generator of numbers from 0 to 1 (mulberry32): the same seed gives the same numbers. */
function mulberry(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
