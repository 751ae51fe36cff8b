import type { ExecutionMode } from '../../functions/domain/declaration.ts';

/** What a run of the model is: how it ended, or where it is. */
export interface ModelRun {
  readonly id: string;
  readonly mode: ExecutionMode;
  stage: string;
  place: 'line' | 'inside' | 'out';
  status: 'InProgress' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded' | 'Superseded' | 'Cancelled';
  /** The definition was changed under it: it ends when its actions have. */
  isOld: boolean;
}

/** The three modes, of nothing but places: runs in the order of their start, lines, doors. */
export class ModesModel {
  readonly runs: ModelRun[] = [];
  readonly closed = new Set<string>();
  /** Who was the last to enter a stage, those of PARALLEL mode apart. */
  readonly last = new Map<string, string>();
  mode: ExecutionMode;
  /** Before each stage, the first in line first. */
  readonly lines = new Map<string, ModelRun[]>();

  constructor(mode: ExecutionMode) {
    this.mode = mode;
  }

  start(id: string, stage: string): void {
    const run: ModelRun = { id, mode: this.mode, stage, place: 'out', status: 'InProgress', isOld: false };
    this.runs.push(run);
    this.#come(run, stage);
  }

  /** A run inside has failed, and a new one takes its place to roll the stage back. */
  relieve(failed: string, id: string): void {
    const before = this.runs.find((run) => run.id === failed);
    if (!before) throw new Error(`There is no run ${failed}.`);
    Object.assign(before, { place: 'out', status: 'Failed' });
    const { stage } = before;
    const run: ModelRun = { id, mode: this.mode, stage, place: 'out', status: 'InProgress', isOld: false };
    this.runs.push(run);
    if (this.closed.has(stage)) this.#come(run, stage);
    else {
      run.place = 'inside';
      this.last.set(stage, id);
    }
  }

  /** A run in line is over. */
  withdraw(run: ModelRun, status: ModelRun['status']): void {
    this.#end(run, status);
  }

  /** A transition is enabled that was disabled for too long: nobody who waited goes on. */
  lapse(stage: string): void {
    this.closed.delete(stage);
    for (const run of this.#line(stage)) this.#end(run, 'Cancelled');
  }

  /** A run inside is done with its stage: on to the next, or over. */
  leave(run: ModelRun, next: string | undefined, end: ModelRun['status']): void {
    run.place = 'out';
    this.#letIn(run.stage);
    if (next === undefined) run.status = end;
    else this.#come(run, next);
  }

  stop(run: ModelRun, abandon: boolean): void {
    if (run.place === 'inside' && !abandon) run.status = 'Stopping';
    else this.#end(run, 'Stopped');
  }

  mayRetry(run: ModelRun): boolean {
    const isLast = run.mode === 'PARALLEL' || this.last.get(run.stage) === run.id;
    return isLast && !run.isOld;
  }

  retry(run: ModelRun): void {
    Object.assign(run, { place: 'inside', status: 'InProgress' });
  }

  /** `stages`: those that there are now; absent, as before. Through a door that is gone runs of PARALLEL mode come. */
  update(mode: ExecutionMode, stages?: readonly string[]): void {
    this.mode = mode;
    for (const run of this.runs) {
      if (run.mode !== 'PARALLEL' && run.place === 'line') this.#end(run, 'Cancelled');
      run.isOld = true;
    }
    for (const stage of stages ? this.closed : []) if (!stages?.includes(stage)) this.open(stage);
  }

  open(stage: string): void {
    this.closed.delete(stage);
    this.#letIn(stage);
  }

  #come(run: ModelRun, stage: string): void {
    Object.assign(run, { stage, place: 'line' });
    const line = [...this.#line(stage), run];
    const locked = line.filter(({ mode }) => mode !== 'PARALLEL');
    this.lines.set(stage, line);
    this.#letIn(stage);
    if (run.mode !== 'SUPERSEDED' || run.place === 'inside' || locked.length < 2) return;
    const newest = locked.reduce((a, b) => (this.runs.indexOf(a) > this.runs.indexOf(b) ? a : b));
    for (const each of locked) if (each !== newest) this.#end(each, 'Superseded');
  }

  /** Through an open door all of PARALLEL mode come, and the first of the others when none of these is inside. */
  #letIn(stage: string): void {
    if (this.closed.has(stage)) return;
    for (const run of this.#line(stage)) if (run.mode === 'PARALLEL') this.#enter(run);
    const held = this.runs.some((run) => run.stage === stage && run.place === 'inside' && run.mode !== 'PARALLEL');
    const [first] = this.#line(stage);
    if (held || !first) return;
    this.#enter(first);
    this.last.set(stage, first.id);
  }

  #enter(run: ModelRun): void {
    this.#leaveLine(run);
    run.place = 'inside';
  }

  #end(run: ModelRun, status: ModelRun['status']): void {
    const wasInside = run.place === 'inside';
    this.#leaveLine(run);
    Object.assign(run, { place: 'out', status });
    if (wasInside) this.#letIn(run.stage);
  }

  #leaveLine(run: ModelRun): void {
    this.lines.set(
      run.stage,
      this.#line(run.stage).filter((each) => each !== run),
    );
  }

  #line(stage: string): readonly ModelRun[] {
    return this.lines.get(stage) ?? [];
  }
}
