import type { Gate, Pipeline } from '../../../functions/domain/pipeline.ts';
import { isFinal, type Run } from '../../../functions/domain/run.ts';
import { type ModelRun, ModesModel } from '../../domain/modes-model.ts';
import { promise } from './promise.ts';

/** What one transaction did to the pipeline and its runs. `before` is undefined for what is new. */
export interface Written {
  readonly pipeline?: { readonly before: Pipeline | undefined; readonly after: Pipeline };
  readonly runs: readonly { readonly before: Run | undefined; readonly after: Run }[];
}

const month = 30 * 24 * 60 * 60_000;

/**
 * Holds every transaction against the model of the three modes: what a transaction is about (a run starts, leaves its stage, stops, is retried; a
 * transition, an update) is done to the model, and then all runs and lines must be where the model has them.
 */
export class ModesWatch {
  #model: ModesModel | undefined;

  look({ pipeline, runs }: Written, now: Pipeline | undefined, all: ReadonlyMap<string, Run>): void {
    if (!now) return;
    this.#model ??= new ModesModel(now.executionMode);
    const isUpdate = pipeline?.before !== undefined && pipeline.before.version < pipeline.after.version;
    if (isUpdate) this.#model.update(now.executionMode, stagesOf(now, this.#model.closed));
    else {
      for (const gate of pipeline?.after.gates ?? []) this.#turn(this.#model, pipeline?.before, gate);
      for (const { before, after } of runs) this.#cause(this.#model, now, before, after, runs);
    }
    this.#agree(this.#model, now, all);
  }

  #turn(model: ModesModel, before: Pipeline | undefined, { stage, disabled, enabled }: Gate): void {
    const was = before?.gates.find((gate) => gate.stage === stage)?.disabled;
    if (disabled && !was) model.closed.add(stage);
    if (!was || disabled) return;
    if (enabled && enabled.at - was.since > month) model.lapse(stage);
    else model.open(stage);
  }

  /** Only what a transaction is about; what befalls other runs the model knows. */
  #cause(model: ModesModel, now: Pipeline, before: Run | undefined, after: Run, runs: Written['runs']): void {
    const run = model.runs.find(({ id }) => id === after.id);
    if (!before || !run) {
      const failed = runs.find((each) => each.before && each.after.status === 'Failed')?.after.id;
      const relieves = after.trigger.type === 'AutomatedRollback' ? failed : undefined;
      if (relieves === undefined) model.start(after.id, after.stage);
      else model.relieve(relieves, after.id);
    } else if (isFinal(before.status) && !isFinal(after.status)) {
      promise('ends', model.mayRetry(run), `Run ${run.id} is retried, and may not be.`);
      model.retry(run);
    } else if (isFinal(before.status) || runs.some((each) => isRollbackOf(each, before, after))) return;
    else if (before.place === 'inside') this.#moves(model, now, run, before, after);
    else if (isFinal(after.status) && after.status !== 'Superseded' && after.stop) model.stop(run, true);
    else if (isFinal(after.status) && after.statusSummary !== undefined) model.withdraw(run, after.status);
    else if (after.status === 'Cancelled' && now.deleted) model.withdraw(run, after.status);
  }

  #moves(model: ModesModel, now: Pipeline, run: ModelRun, before: Run, after: Run): void {
    const goesOn = after.stage !== before.stage;
    if (!goesOn && !isFinal(after.status)) {
      if (after.status === 'Stopping' && before.status !== 'Stopping') model.stop(run, false);
      return;
    }
    const isOld = now.deleted || (run.isOld && run.mode !== 'PARALLEL');
    const mayGoOn = run.status === 'InProgress' && !isOld;
    promise('ends', mayGoOn || !(goesOn || after.status === 'Succeeded'), `Run ${run.id} goes on, and was to end.`);
    promise('ends', run.status !== 'Stopping' || after.status === 'Stopped', `Run ${run.id} stops as ${after.status}.`);
    model.leave(run, goesOn ? after.stage : undefined, after.status);
  }

  #agree(model: ModesModel, now: Pipeline, all: ReadonlyMap<string, Run>): void {
    for (const run of model.runs) {
      const found = all.get(run.id);
      const where = !found || isFinal(found.status) ? 'out' : found.place === 'inside' ? 'inside' : 'line';
      const [is, expected] = [`${found?.status} ${where} ${found?.stage}`, `${run.status} ${run.place} ${run.stage}`];
      promise('one inside', is === expected, `Run ${run.id} (${run.mode}) is ${is}, and was to be ${expected}.`);
    }
    for (const { stage, waiting } of now.gates) {
      const line = (model.lines.get(stage) ?? []).filter(({ mode }) => mode !== 'PARALLEL').map(({ id }) => id);
      const found = waiting.map(({ run }) => run);
      promise('one inside', String(found) === String(line), `Before ${stage} wait ${found}, and were to: ${line}.`);
    }
  }
}

/** Whether a new run rolls back the stage in which another has failed, in the same transaction. */
function isRollbackOf(other: Written['runs'][number], before: Run, after: Run): boolean {
  return !other.before && other.after.trigger.type === 'AutomatedRollback' && after.status !== before.status;
}

/**
 * The stages of a pipeline's new version, and those whose gate is there for the run inside alone: with the stage goes its disabled transition, so a stage
 * that was disabled and has a run inside is one of those, unless it still is.
 */
function stagesOf({ gates }: Pipeline, closed: ReadonlySet<string>): readonly string[] {
  const isGone = ({ stage, holder, disabled }: Gate) => closed.has(stage) && holder !== undefined && !disabled;
  return gates.filter((gate) => !isGone(gate)).map(({ stage }) => stage);
}
