import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carrier } from '../../functions/domain/action-types.ts';
import { type Decision, decide } from '../../functions/domain/decide.ts';
import type { Order } from '../../functions/domain/order.ts';
import type { Run } from '../../functions/domain/run.ts';
import { aDefinition } from './given.ts';
import { Driver } from './pipeline-driver.ts';
import { times } from './times.ts';

const definition = aDefinition({ A: [1], B: [1, 1, 2], C: [3] });
const runs = ['r1', 'r2', 'r3'];
const steps = fc.array(
  fc.record({ run: fc.constantFrom(...runs), type: fc.constantFrom('Open', 'Decide', 'Decide', 'Complete', 'Fail') }),
  { minLength: 1, maxLength: 100, size: 'max' },
);

function take(driver: Driver, { run, type }: { run: string; type: string }): void {
  if (!driver.runs.has(run)) {
    if (type === 'Open') driver.open(run);
    return;
  }
  if (type === 'Decide') driver.decide(run);
  if (type === 'Complete') driver.complete(run, 'Succeeded');
  if (type === 'Fail') driver.complete(run, 'Failed');
}

/** What a Decide of this order would decide now. */
function decided(driver: Driver, run: Run, order: Order): Decision {
  const situation = { run, pipeline: driver.pipeline, definition, step: driver.stepOf(run) };
  return decide(situation, { value: 'again', order }, { now: 9, newId: () => 'id', typeOf: carrier });
}

test('a Decide that is invoked again, before anything else happens, opens nothing and moves nobody', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const driver = new Driver();
      for (const each of all) {
        take(driver, each);
        const run = driver.runs.get(each.run);
        if (each.type !== 'Decide' || !run?.decided) continue;

        const again = decided(driver, run, run.decided);

        expect('change' in again ? again.change.opened : []).toEqual([]);
        expect('change' in again ? again.change.pipeline : undefined).toBeUndefined();
        expect(['Over', 'Run', 'Wait']).toContain(again.answer);
      }
    }),
    { numRuns: times(200) },
  );
});

test('a Decide that is older than the last that acted does nothing, whenever it comes', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const driver = new Driver();
      for (const each of all) {
        take(driver, each);
        for (const run of driver.runs.values()) {
          if (!run.decided) continue;
          const { entry } = run.decided;
          for (const older of [
            { ...run.decided, entry: entry - 1, invocation: 99 },
            { ...run.decided, entry: 0 },
          ]) {
            expect(['Over', 'Stale']).toContain(decided(driver, run, older).answer);
          }
        }
      }
    }),
    { numRuns: times(100) },
  );
});

test('runs enter a stage in the order in which they were opened', () => {
  let entries = 0;
  fc.assert(
    fc.property(steps, (all) => {
      const driver = new Driver();
      const last = new Map<string, number>();
      for (const each of all) {
        const before = new Map(driver.runs);

        take(driver, each);

        for (const [id, { place, stage, sequence }] of driver.runs) {
          const was = before.get(id);
          if (place !== 'inside' || (was?.place === 'inside' && was.stage === stage)) continue;
          expect(sequence).toBeGreaterThan(last.get(stage) ?? 0);
          last.set(stage, sequence);
          entries++;
        }
      }
    }),
    { numRuns: times(200) },
  );
  expect(entries).toBeGreaterThan(times(200));
});
