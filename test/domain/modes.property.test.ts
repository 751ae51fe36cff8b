import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDone } from '../../functions/domain/action.ts';
import type { ExecutionMode } from '../../functions/domain/declaration.ts';
import { gateOf } from '../../functions/domain/pipeline.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { isFinal } from '../../functions/domain/run.ts';
import { type ModelRun, ModesModel } from './modes-model.ts';
import { Driver, lastStep, stages } from './pipeline-driver.ts';
import { times } from './times.ts';

const mode = fc.constantFrom<ExecutionMode>('SUPERSEDED', 'QUEUED', 'PARALLEL');
const run = fc.constantFrom('r1', 'r2', 'r3', 'r4');
const stage = fc.constantFrom(...stages);
const status = fc.constantFrom(...new Array(7).fill('Succeeded' as const), 'Failed' as const);
const abandon = fc.boolean();
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('Open' as const), run }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('Decide' as const), run }) },
  { weight: 16, arbitrary: fc.record({ type: fc.constant('Complete' as const), run, status }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('Stop' as const), run, abandon }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('Retry' as const), run }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('Disable' as const), stage }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('Enable' as const), stage }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('Update' as const), mode }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What happened to how many, so that a test is known to have seen it. */
const seen = new Map<string, number>();

function take(driver: Driver, model: ModesModel, each: Step): void {
  if ('run' in each) takeOfRun(driver, model, each);
  else if (each.type === 'Disable') {
    driver.disable(each.stage);
    model.closed.add(each.stage);
  } else if (each.type === 'Enable') {
    driver.enable(each.stage);
    model.open(each.stage);
  } else {
    driver.update(each.mode);
    model.update(each.mode);
  }
}

function takeOfRun(driver: Driver, model: ModesModel, each: Step & { run: string }): void {
  const found = model.runs.find(({ id }) => id === each.run);
  if (!found) {
    if (each.type !== 'Open') return;
    driver.open(each.run);
    model.start(each.run, 'A');
    return;
  }
  if (each.type === 'Complete') driver.complete(each.run, each.status);
  if (each.type === 'Decide' || each.type === 'Complete') decideBoth(driver, model, found);
  if (each.type === 'Stop') {
    const isRefused = refused(() => driver.stop(each.run, each.abandon));
    expect(isRefused).toBe(isFinal(found.status) || (found.status === 'Stopping' && !each.abandon));
    if (!isRefused) model.stop(found, each.abandon);
  }
  if (each.type === 'Retry' && ['Failed', 'Stopped'].includes(found.status)) {
    const { place } = driver.run(each.run);
    const isRefused = refused(() => driver.retry(each.run));
    expect(isRefused).toBe(place === 'inbound' || !model.mayRetry(found));
    if (!isRefused) model.retry(found);
  }
}

function decideBoth(driver: Driver, model: ModesModel, found: ModelRun): void {
  const { step: at } = driver.run(found.id);
  const actions = driver.stepOf(driver.run(found.id));
  const rests = found.place === 'inside' && actions.every(({ status }) => isDone(status));
  const failed = actions.some(({ status }) => status !== 'Succeeded');

  driver.decide(found.id);

  if (!rests) return;
  if (found.status === 'Stopping') model.leave(found, undefined, 'Stopped');
  else if (found.isOld && found.mode !== 'PARALLEL') model.leave(found, undefined, 'Cancelled');
  else if (failed) model.leave(found, undefined, 'Failed');
  else if (at === lastStep(found.stage)) model.leave(found, stages[stages.indexOf(found.stage) + 1], 'Succeeded');
}

function refused(ask: () => void): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return true;
  }
}

/** Where every run is, and every line. */
function picture(driver: Driver): object {
  const runs = [...driver.runs.values()].map(({ id, status, stage, place, executionMode }) => {
    const where = isFinal(status) ? 'out' : place === 'inside' ? 'inside' : 'line';
    return `${id} ${executionMode} ${status} ${where} ${stage}`;
  });
  const lines = stages.map((name) => {
    const { holder, waiting } = gateOf(driver.pipeline, name);
    const free = (driver.pipeline.parallel ?? []).flatMap(({ before, run }) => (before === name ? run : []));
    return { holder, line: waiting.map((each) => each.run), free: free.sort() };
  });
  return { runs, lines };
}

function pictureOf(model: ModesModel): object {
  const isFree = ({ mode }: ModelRun) => mode === 'PARALLEL';
  const runs = model.runs.map((each) => `${each.id} ${each.mode} ${each.status} ${each.place} ${each.stage}`);
  const lines = stages.map((name) => {
    const line = model.lines.get(name) ?? [];
    const inside = model.runs.filter((each) => each.stage === name && each.place === 'inside' && !isFree(each));
    const [holder] = inside.map(({ id }) => id);
    const free = line.filter(isFree).map(({ id }) => id);
    return { holder, line: line.filter((each) => !isFree(each)).map(({ id }) => id), free: free.sort() };
  });
  return { runs, lines };
}

/** As text, for `toEqual` takes its time. */
function agree(driver: Driver, model: ModesModel): void {
  const [found, expected] = [picture(driver), pictureOf(model)];
  if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected);
}

test('runs are where the model of the three modes has them, whatever is done to them', () => {
  fc.assert(
    fc.property(mode, fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }), (first, steps) => {
      const driver = new Driver(first);
      const model = new ModesModel(first);
      for (const each of steps) {
        take(driver, model, each);

        agree(driver, model);
      }
      for (const each of model.runs) {
        const what = `${each.mode} ${each.status}`;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
      const line = Math.max(0, ...[...model.lines.values()].map(({ length }) => length));
      if (line > 1) seen.set('line', line);
    }),
    { numRuns: times(3000) },
  );
  for (const what of ['SUPERSEDED Superseded', 'QUEUED Cancelled', 'QUEUED Succeeded', 'PARALLEL Succeeded', 'line'])
    expect(seen.get(what), what).toBeGreaterThan(0);
  expect(
    seen.get('QUEUED Superseded') ?? seen.get('PARALLEL Superseded') ?? seen.get('PARALLEL Cancelled'),
  ).toBeUndefined();
});

test.each(['SUPERSEDED', 'QUEUED', 'PARALLEL'] as const)(
  'every run can end in %s mode, and then nobody is in the pipeline',
  (first) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 100, size: 'max' }), (steps) => {
        const driver = new Driver(first);
        const model = new ModesModel(first);
        for (const each of steps) take(driver, model, each);

        for (const name of stages) driver.enable(name);
        for (let round = 0; round < 60; round++)
          for (const id of driver.runs.keys()) {
            driver.decide(id);
            driver.complete(id, 'Succeeded');
          }

        expect([...driver.runs.values()].filter(({ status }) => !isFinal(status))).toEqual([]);
        expect(driver.pipeline.parallel ?? []).toEqual([]);
        expect(driver.pipeline.gates.filter(({ holder, waiting }) => holder || waiting.length > 0)).toEqual([]);
      }),
      { numRuns: times(100) },
    );
  },
);
