import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionFrom } from '../../functions/aws/action-record.ts';
import { runFrom } from '../../functions/aws/run-record.ts';
import type { ActionExecution } from '../../functions/domain/action.ts';
import type { Change } from '../../functions/domain/decide.ts';
import { actionItem, openWorld, runItem, type World, written } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

/** 50 actions that are abandoned at once, each with so many bytes of configuration. */
function abandoned(bytes: number): readonly ActionExecution[] {
  const { action } = actionFrom(actionItem('Build', { status: 'Abandoned' }));
  return Array.from({ length: 50 }, (_, index) => ({
    ...action,
    key: action.key.replace(/00$/, String(index).padStart(2, '0')),
    resolvedConfiguration: { ProjectName: 'x'.repeat(bytes) },
  }));
}

it.each([
  [60 * 1024, true],
  [100 * 1024 - 11, false],
])('ends 50 actions with %d bytes of configuration each in one transaction of 4 MB: kept %s', async (bytes, kept) => {
  const { commit } = await import('../../functions/engine/commit.ts');
  const { run } = runFrom(runItem('Build', 1));
  const change: Change = { run, opened: [], abandoned: abandoned(bytes), entered: [], superseded: [] };
  const step = change.abandoned.map((action) => ({ action, rev: 1 }));

  await commit(change, { run: 1, step }).catch((error: Error) => expect(error.name).toBe('Changed'));

  const items = written(world, 'ACTION#');
  expect(items).toHaveLength(50);
  expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(4 * 1024 * 1024 - 100 * 1024);
  expect(items.every((item) => 'resolvedConfiguration' in item)).toBe(kept);
});
