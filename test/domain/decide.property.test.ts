import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDone } from '../../functions/domain/action.ts';
import { gateOf, visitors } from '../../functions/domain/pipeline.ts';
import { isFinal, type Run } from '../../functions/domain/run.ts';
import { withConditions } from './conditions.ts';
import { Driver, stages } from './pipeline-driver.ts';
import { times } from './times.ts';

type Step = { readonly run: string } & (
  | { readonly type: 'Open' | 'Decide' }
  | { readonly type: 'Complete'; readonly status: 'Succeeded' | 'Failed' }
  | { readonly type: 'Close'; readonly status: 'Failed' | 'Cancelled' }
);

const run = fc.constantFrom('r1', 'r2', 'r3');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('Open' as const), run }) },
  { weight: 9, arbitrary: fc.record({ type: fc.constant('Decide' as const), run }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('Complete' as const),
      run,
      status: fc.constantFrom('Succeeded' as const, 'Succeeded' as const, 'Succeeded' as const, 'Failed' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('Close' as const),
      run,
      status: fc.constantFrom('Failed' as const, 'Cancelled' as const),
    }),
  },
);
/** With conditions in the middle stage, or none. */
const definitions = fc.oneof(
  fc.constant(undefined),
  fc
    .record(
      {
        beforeEntry: fc.constantFrom('FAIL', 'SKIP'),
        onSuccess: fc.constantFrom('FAIL', 'ROLLBACK'),
        onFailure: fc.constant('ROLLBACK'),
      },
      { requiredKeys: [] },
    )
    .map(withConditions),
);
const sequences = fc.array(step, { minLength: 1, maxLength: 120, size: 'max' });

function take(driver: Driver, each: Step): void {
  if (each.type === 'Open') {
    if (!driver.runs.has(each.run)) driver.open(each.run);
  } else if (driver.runs.has(each.run)) {
    if (each.type === 'Decide') driver.decide(each.run);
    if (each.type === 'Complete') driver.complete(each.run, each.status);
    if (each.type === 'Close') driver.close(each.run, each.status);
  }
}

/** Each run is brought on until nothing changes any more. */
function finish(driver: Driver): void {
  for (let round = 0; round < 40; round++)
    for (const id of driver.runs.keys()) {
      driver.decide(id);
      driver.complete(id, 'Succeeded');
    }
}

/**
 * The model of superseding, of nothing but places: `inside` and `before` each stage. A run that comes to a stage which is held or
 * waited for leaves only the newer of two waiting.
 */
class Model {
  readonly superseded = new Set<string>();
  private readonly before = new Map<string, Run>();

  came(run: Run): void {
    const other = this.before.get(run.stage);
    const older = other && other.sequence < run.sequence ? other : other && run;
    if (older) this.superseded.add(older.id);
    if (older !== run) this.before.set(run.stage, run);
  }

  /** What runs were waiting for a stage wait no longer when they are inside or over. */
  look(runs: ReadonlyMap<string, Run>): void {
    for (const [stage, { id }] of this.before) {
      const now = runs.get(id);
      if (!now || now.place === 'inside' || (isFinal(now.status) && now.status !== 'Superseded'))
        this.before.delete(stage);
    }
  }
}

test('at most one run is inside a stage, and gates and runs agree', () => {
  fc.assert(
    fc.property(sequences, definitions, (steps, definition) => {
      const driver = new Driver('SUPERSEDED', definition);
      for (const each of steps) {
        take(driver, each);

        const open = [...driver.runs.values()].filter(({ status }) => !isFinal(status));
        for (const stage of stages) {
          const here = open.filter((one) => one.stage === stage);
          const inside = here.filter(({ place }) => place === 'inside').map(({ id }) => id);
          const { holder, waiting } = gateOf(driver.pipeline, stage);
          expect(inside).toEqual(holder === undefined ? [] : [holder]);
          expect(here.filter(({ place }) => place === 'inbound').map(({ id }) => id)).toEqual(
            waiting.map((one) => one.run),
          );
          expect(waiting.length).toBeLessThanOrEqual(1);
          expect(holder !== undefined || waiting.length === 0).toBe(true);
        }
      }
    }),
    { numRuns: times(300) },
  );
});

test('a run that is over, and an action that has its result, never change', () => {
  fc.assert(
    fc.property(sequences, definitions, (steps, definition) => {
      const driver = new Driver('SUPERSEDED', definition);
      for (const each of steps) {
        const runs = [...driver.runs.values()].filter(({ status }) => isFinal(status));
        const actions = [...driver.actions.values()].filter(({ status }) => isDone(status));

        take(driver, each);

        for (const before of runs) expect(driver.runs.get(before.id)).toEqual(before);
        for (const before of actions) expect(driver.actions.get(before.key)).toEqual(before);
      }
    }),
    { numRuns: times(300) },
  );
});

test('every run can end, and then nobody is in the pipeline and nothing is open', () => {
  fc.assert(
    fc.property(sequences, definitions, (steps, definition) => {
      const driver = new Driver('SUPERSEDED', definition);
      for (const each of steps) take(driver, each);

      finish(driver);

      expect([...driver.runs.values()].filter(({ status }) => !isFinal(status))).toEqual([]);
      expect([...driver.actions.values()].filter(({ status }) => !isDone(status))).toEqual([]);
      expect(visitors(driver.pipeline)).toEqual([]);
    }),
    { numRuns: times(300) },
  );
});

test('runs are superseded exactly as the model says', () => {
  let superseded = 0;
  fc.assert(
    fc.property(sequences, (steps) => {
      const driver = new Driver();
      const model = new Model();
      for (const each of steps) {
        const before = driver.runs.get(each.run);
        const held = new Map(stages.map((stage) => [stage, gateOf(driver.pipeline, stage)]));

        take(driver, each);

        const after = driver.runs.get(each.run);
        const moved = after && (before?.stage !== after.stage || !before);
        const gate = moved && held.get(after.stage);
        if (gate && (gate.holder !== undefined || gate.waiting.length > 0)) model.came(after);
        model.look(driver.runs);
      }

      const said = [...driver.runs.values()].filter(({ status }) => status === 'Superseded').map(({ id }) => id);
      superseded += said.length;
      expect(new Set(said)).toEqual(model.superseded);
    }),
    { numRuns: times(500) },
  );
  expect(superseded).toBeGreaterThan(0);
});
