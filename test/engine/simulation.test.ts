import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Table } from './simulation/dynamodb.ts';
import { Random } from './simulation/random.ts';
import { serve } from './simulation/services.ts';
import { Users } from './simulation/users.ts';
import { judge } from './simulation/verdict.ts';
import { type Style, World } from './simulation/world.ts';

const current = vi.hoisted(() => {
  const arn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:pipeline-run';
  Object.assign(process.env, { TABLE: 'sluice', STATE_MACHINE: arn, POWERTOOLS_LOG_LEVEL: 'SILENT', BUCKET: 'bucket' });
  Object.assign(process.env, { S3_FUNCTION: 's3', BUILD_FUNCTION: 'build', RULE_FUNCTION: 'rule' });
  Object.assign(process.env, { LINK_KEY: 'key', API_URL: 'https://api' });
  return {} as { world: World; ids: Random };
});

vi.mock('../../functions/domain/catalogue.ts', () => import('./simulation/catalogue.ts'));
vi.mock('../../functions/domain/history-budget.ts', async (original) => ({
  ...(await original<object>()),
  get budget() {
    return current.world.style.budget;
  },
}));
vi.mock('node:crypto', async (original) => ({
  ...(await original<object>()),
  randomUUID: () => current.ids.uuid(),
  randomBytes: (size: number) => Buffer.from(Array.from({ length: size }, () => current.ids.below(256))),
}));

/** SLUICE_SEEDS: how many worlds; SLUICE_SEED: the first of them. */
const first = Number(process.env['SLUICE_SEED'] ?? 1);
const seeds = Number(process.env['SLUICE_SEEDS'] ?? (process.env['SLUICE_SEED'] ? 1 : 200));

let table: Table;
beforeAll(async () => {
  current.ids = new Random(0);
  table = new Table();
  await table.create('sluice');
  serve(() => current.world);
});
afterAll(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await table.close();
});

function styleOf(seed: number): Style {
  const random = new Random(seed + 1_000_000);
  return {
    faults: seed % 5 === 0 ? 0 : 1 + random.below(10),
    rate: random.pick([0.02, 0.05, 0.12]),
    byPriority: random.chance(0.5),
    retries: random.pick([0, 1, 8]),
    budget: random.pick([45, 70, 20_000, 20_000]),
  };
}

async function live(seed: number): Promise<void> {
  const style = styleOf(seed);
  const streamed = current.world?.observer.seen ?? 0;
  const world = new World(seed, style, table, streamed);
  Object.assign(current, { world, ids: new Random(-seed) });
  const users = new Users(world, `pipeline-${seed}`);
  try {
    await users.begin();
    world.observer.look();
    await world.run();
    await judge(world, users);
  } catch (error) {
    const lines = seeds === 1 ? world.trace : world.trace.slice(-40);
    throw new Error(`Seed ${seed} (${JSON.stringify(style)}): ${(error as Error).message}\n${lines.join('\n')}`, {
      cause: error,
    });
  }
}

describe('the engine, whatever happens to its handlers', () => {
  it(`keeps its promises in ${seeds} worlds`, { timeout: 3_600_000 }, async () => {
    for (let seed = first; seed < first + seeds; seed++) await live(seed);
    expect(current.world.observer.isQuiet).toBe(true);
  });
});
