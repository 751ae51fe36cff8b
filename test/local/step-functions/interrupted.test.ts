import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { expectedAnswers } from './interrupted-machine.ts';
import { execution, type Memory, World } from './world.ts';

const hooks = vi.hoisted(() => ({ commit: () => {}, committed: () => {} }));
vi.mock('../../../local/database.ts', async (original) => {
  const actual = await original<typeof import('../../../local/database.ts')>();
  const transaction: typeof actual.transaction = (database, work) => {
    hooks.commit();
    const result = actual.transaction(database, work);
    hooks.committed();
    return result;
  };
  return { ...actual, transaction };
});

let root: string;
const clocks: TurnableClock[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-sfn-interrupted-'));
});
afterEach(() => {
  hooks.commit = () => {};
  hooks.committed = () => {};
  for (const clock of clocks.splice(0)) clock.close();
  rmSync(root, { recursive: true });
});

function keep(clock: TurnableClock): TurnableClock {
  clocks.push(clock);
  return clock;
}

/** Checks an execution that has ended, against what the world outside remembers. */
async function check(world: World, memory: Memory): Promise<void> {
  const { status, output } = await world.describe();
  const history = await world.history();
  const failed = history.filter(({ type }) => type === 'TaskFailed');
  const unknown = failed.filter(
    ({ taskFailedEventDetails: of }) => Reflect.get(of ?? {}, 'error') === 'Lambda.Unknown',
  );
  const succeeded = history.flatMap(({ taskSucceededEventDetails: of }) => (of ? [Reflect.get(of, 'output')] : []));

  expect(status).toBe('SUCCEEDED');
  expect((JSON.parse(String(output)) as string[]).map((answer) => answer.replace(/\/\d+/, ''))).toEqual(
    expectedAnswers,
  );
  expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
  // Only a call that was not known to have ended counts as failed, and is made again.
  const before = unknown.map(({ previousEventId }) => history[Number(previousEventId) - 1]?.['type']);
  expect(before).toEqual(unknown.map(() => 'TaskStarted'));
  // Each answer that was taken is in the history, and nothing is there twice.
  const taken = [...memory.answered].map((token) => JSON.stringify(memory.asked.get(token)));
  expect(succeeded).toEqual(expect.arrayContaining(taken));
  expect(new Set(succeeded).size).toBe(succeeded.length);
  expect(new Set(memory.told)).toEqual(new Set(['RUNNING', 'SUCCEEDED']));
  expect(memory.told.at(-1)).toBe('SUCCEEDED');
}

it('goes on from each of its commits, as if the process were killed after it', async () => {
  const snapshots: { readonly dir: string; readonly memory: Memory }[] = [];
  const first = join(root, 'first');
  const world = new World(first, keep(new TurnableClock()));
  await world.start();
  const snapshot = (): void => {
    const dir = join(root, String(snapshots.length));
    cpSync(first, dir, { recursive: true, filter: (file) => !file.endsWith('-shm') });
    snapshots.push({ dir, memory: world.memory.copy() });
  };
  // What a call, an event or an answer has told the world before the next commit counts too.
  hooks.commit = snapshot;
  hooks.committed = snapshot;
  await world.begin();
  await world.live();
  hooks.commit = () => {};
  hooks.committed = () => {};
  await check(world, world.memory);
  await world.service.close();

  expect(snapshots.length).toBeGreaterThan(25);
  for (const { dir, memory } of snapshots) {
    const again = new World(dir, keep(new TurnableClock()), memory);
    await again.start();
    await again.begin();
    await again.live();
    await check(again, memory);
    await again.service.close();
  }
});

/** Of the readings of the clock, at which a stack is closed, those from `first`, so far apart; all with SLUICE_CRASH_POINTS=all. */
const every = process.env['SLUICE_CRASH_POINTS'] === 'all' ? 1 : 5;
const first = 1 + (Number(process.env['SLUICE_SEED'] ?? 1) % every);

/** Opens a world anew where another was closed, lives to its end and checks it: no call was lost, and none made twice. */
async function goOn(dir: string, memory: Memory): Promise<void> {
  const again = new World(dir, keep(new TurnableClock()), memory);
  await again.start();
  await again.begin();
  await again.live();

  await check(again, memory);
  const scheduled = (await again.history()).filter(({ type }) => type === 'TaskScheduled');
  expect(memory.calls).toBe(scheduled.length);
  await again.service.close();
}

it(`goes on where it was closed, in the midst of whatever it did (1 reading in ${every}, from ${first})`, async () => {
  let closings = 0;
  for (let reading = first; ; reading += every) {
    const dir = join(root, String(reading));
    let readings = 0;
    let calls = 0;
    let closed: Promise<void> | undefined;
    class ClosingClock extends TurnableClock {
      override now(): number {
        if (++readings === reading) {
          calls = world.memory.calls;
          closed = Promise.resolve(world.service.close());
        }
        return super.now();
      }
    }
    const world: World = new World(dir, keep(new ClosingClock()));
    await world.start();
    await world.begin().catch(() => undefined);
    await world.live(() => closed !== undefined);
    if (closed === undefined) break;
    closings++;
    await closed;

    expect(world.memory.calls).toBe(calls);
    await goOn(dir, world.memory);
  }
  expect(closings).toBeGreaterThan(60 / every);
});

it('goes on from what was kept when a commit fails, whichever it is', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  let failures = 0;
  for (let failing = 1; ; failing++) {
    const world = new World(join(root, String(failing)), keep(new TurnableClock()));
    await world.start();
    await world.begin();
    let commits = 0;
    hooks.commit = () => {
      if (++commits === failing) throw new Error('disk full');
    };
    // What an answer was to bring about could not be kept: who gave it gives it again.
    await world.live().catch(() => world.live());
    hooks.commit = () => {};

    await check(world, world.memory);
    await world.service.close();
    if (commits < failing) break;
    failures++;
  }
  errors.mockRestore();
  expect(failures).toBeGreaterThan(10);
});

it('refuses what it is asked once closing has begun, and takes the same answer after the next start', async () => {
  const world = new World(root, keep(new TurnableClock()));
  await world.start();
  await world.begin();
  await world.live(() => world.memory.asked.size > 0);
  const [[taskToken, key] = []] = world.memory.asked;
  const answer = { taskToken, output: JSON.stringify(key) };

  const closed = world.service.close();
  const meanwhile = await Promise.all([
    world.call('SendTaskSuccess', answer),
    world.call('SendTaskHeartbeat', { taskToken }),
    world.call('StopExecution', { executionArn: execution }),
    world.call('DescribeExecution', { executionArn: execution }),
  ]);
  await closed;
  const after = await world.call('SendTaskSuccess', answer);

  expect([...meanwhile, after].map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => 'ServiceUnavailable'));
  await expect(world.begin()).rejects.toMatchObject({ code: 'ServiceUnavailable', status: 503 });
  await expect(world.service.close()).resolves.toBeUndefined();
  await goOn(root, world.memory);
});

it('takes an answer or refuses it, but never both, when closing begins while it is taken', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const dir = join(root, String(turns));
    const world = new World(dir, keep(new TurnableClock()));
    await world.start();
    await world.begin();
    await world.live(() => world.memory.asked.size > 0);
    const [[taskToken = '', key] = []] = world.memory.asked;

    const answered = world.call('SendTaskSuccess', { taskToken, output: JSON.stringify(key) });
    for (let turn = 0; turn < turns; turn++) await null;
    await world.service.close();
    const { type } = await answered;

    expect([undefined, 'ServiceUnavailable']).toContain(type);
    if (type === undefined) world.memory.answered.add(taskToken);
    await goOn(dir, world.memory);
  }
});

it('calls a function again that ended once closing had begun: what came of it is not known', async () => {
  const world = new World(root, keep(new TurnableClock()));
  const { promise, resolve } = Promise.withResolvers<void>();
  world.ending = promise;
  await world.start();
  await world.begin();
  await vi.waitFor(() => expect(world.memory.asked.size).toBe(1));

  const closed = world.service.close();
  resolve();
  await closed;

  await goOn(root, world.memory);
  expect([...world.memory.asked.values()]).toContain('First/1/-');
});
