import type { ExecutionMode, PipelineType } from './declaration.ts';
import * as parallel from './parallel.ts';

/** A run as a stage's gate knows it. */
export interface Visitor {
  readonly run: string;
  /** Order in which runs of the pipeline were opened: superseding compares it. */
  readonly sequence: number;
  /** It rolls the stage back: runs that were opened before it may come to the stage after it. */
  readonly rollback?: true;
}

export type StageStatus = 'Cancelled' | 'InProgress' | 'Failed' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Skipped';

/** The way into a stage: who is inside, who waits, and who was the last to enter. */
export interface Gate {
  readonly stage: string;
  /** The run inside the stage. */
  readonly holder?: string;
  /** `retries`: how often that run was let in again to retry the stage. `automatic`: it was also retried by itself, as the last time or before a retry by hand. */
  readonly last?: Visitor & {
    readonly status: StageStatus;
    readonly retries?: number;
    readonly automatic?: 'Latest' | 'Earlier';
  };
  /** Runs before the stage: one at most in SUPERSEDED mode, a queue in QUEUED. */
  readonly waiting: readonly Visitor[];
  /** Present while the transition into the stage is disabled; a new reason does not change `since`. */
  readonly disabled?: { readonly reason: string; readonly by: string; readonly at: number; readonly since: number };
  /** Who enabled the transition after it was disabled, and when. */
  readonly enabled?: { readonly by: string; readonly at: number };
}

/** A pipeline as its runs meet it: its version and the gates of its stages. Everything that moves runs is one change of this value. */
export interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** Set when the pipeline was deleted: its runs end as Cancelled. */
  readonly deleted?: true;
  readonly executionMode: ExecutionMode;
  readonly pipelineType: PipelineType;
  /** Sequence number of the newest run. */
  readonly sequence: number;
  /** In the order of declaration. A list and no map: a stage may have any name, `__proto__` too. */
  readonly gates: readonly Gate[];
  /** Unfinished runs of PARALLEL mode: gates know nothing of them. They stay when the mode is changed. */
  readonly parallel?: readonly parallel.ParallelRun[];
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
}

/** What a move did: the pipeline after it, and what befell runs, the mover included. */
export interface Move {
  readonly pipeline: Pipeline;
  /** Runs that entered the stage before which they were. */
  readonly entered: readonly string[];
  readonly superseded: readonly string[];
}

/** The gate of a stage; open and empty when no run has come to it yet. */
export function gateOf(pipeline: Pipeline, stage: string): Gate {
  return pipeline.gates.find((gate) => gate.stage === stage) ?? { stage, waiting: [] };
}

/**
 * A run comes to a stage: it enters when the stage is free, open and nobody waits; else it waits. In SUPERSEDED mode the older
 * of two waiting runs is superseded, which may be the one that comes. A run of PARALLEL mode waits only while the transition is disabled.
 */
export function arrive(pipeline: Pipeline, stage: string, visitor: Visitor, mode = pipeline.executionMode): Move {
  const gate = gateOf(pipeline, stage);
  if (mode === 'PARALLEL') {
    const entered = gate.disabled ? [] : [visitor.run];
    const runs = parallel.place(pipeline.parallel ?? [], visitor.run, gate.disabled && stage);
    return { pipeline: { ...pipeline, parallel: runs }, entered, superseded: [] };
  }
  if (!gate.holder && !gate.disabled && gate.waiting.length === 0) {
    return { pipeline: put(pipeline, enter(gate, visitor)), entered: [visitor.run], superseded: [] };
  }
  const [other] = gate.waiting;
  if (pipeline.executionMode !== 'SUPERSEDED' || !other) {
    return moved(pipeline, { ...gate, waiting: [...gate.waiting, visitor] });
  }
  if (other.sequence > visitor.sequence) return { pipeline, entered: [], superseded: [visitor.run] };
  return { ...moved(pipeline, { ...gate, waiting: [visitor] }), superseded: [other.run] };
}

/** The run inside a stage leaves it with the stage's outcome; the next that waits enters. */
export function leave(pipeline: Pipeline, stage: string, run: string, status: StageStatus): Move {
  if (isParallel(pipeline, run)) return depart(pipeline, run);
  return handOff(vacate(pipeline, stage, run, status), stage);
}

/**
 * The run inside a stage leaves it with the stage's outcome, and another is to roll the stage back: that goes in before those who wait, unless the
 * transition is disabled.
 */
export function relieve(pipeline: Pipeline, stage: string, run: string, status: StageStatus, next: Visitor): Move {
  const free = vacate(pipeline, stage, run, status);
  const gate = gateOf(free, stage);
  if (gate.disabled) return arrive(free, stage, next);
  return { pipeline: put(free, enter(gate, next)), entered: [next.run], superseded: [] };
}

function vacate(pipeline: Pipeline, stage: string, run: string, status: StageStatus): Pipeline {
  const { holder, ...gate } = gateOf(pipeline, stage);
  if (holder !== run) throw new Error(`Run ${run} leaves stage ${stage}, which ${holder ?? 'nobody'} holds.`);
  const last = gate.last?.run === run ? { ...gate.last, status } : gate.last;
  return put(pipeline, last ? { ...gate, last } : gate);
}

/** The run inside a stage stays there, to retry it by itself; a stage of PARALLEL mode knows nothing of its runs. */
export function stay(pipeline: Pipeline, stage: string, run: string): Pipeline {
  const { last, ...gate } = gateOf(pipeline, stage);
  return last?.run === run ? put(pipeline, { ...gate, last: { ...last, automatic: 'Latest' } }) : pipeline;
}

/** The run that was the last inside a stage, which is free, goes in again: to retry the stage, or to go on. In PARALLEL mode any that was inside. */
export function enterAgain(pipeline: Pipeline, stage: string, run: string, to: 'retry' | 'goOn'): Pipeline {
  if (pipeline.executionMode === 'PARALLEL')
    return { ...pipeline, parallel: parallel.place(pipeline.parallel ?? [], run) };
  const { holder, last, ...gate } = gateOf(pipeline, stage);
  if (holder || last?.run !== run) throw new Error(`Run ${run} cannot enter stage ${stage} again.`);
  if (to === 'goOn') return put(pipeline, { ...gate, holder: run, last: { ...last, status: 'InProgress' } });
  const earlier = last.automatic ? { automatic: 'Earlier' as const } : {};
  const again = { ...last, ...earlier, status: 'InProgress', retries: (last.retries ?? 0) + 1 } as const;
  return put(pipeline, { ...gate, holder: run, last: again });
}

/** Whether a run that is to roll a stage back waits before it: what is done to the stage meanwhile would be undone. */
export function awaitsRollback(pipeline: Pipeline, stage: string): boolean {
  return gateOf(pipeline, stage).waiting.some(({ rollback }) => rollback);
}

/** A run that waits before a stage waits no longer. */
export function withdraw(pipeline: Pipeline, stage: string, run: string): Move {
  if (isParallel(pipeline, run)) return depart(pipeline, run);
  const gate = gateOf(pipeline, stage);
  return moved(pipeline, { ...gate, waiting: gate.waiting.filter((visitor) => visitor.run !== run) });
}

/** A transition that was disabled for longer resumes no run: milliseconds (CodePipeline user guide, transitions). */
const longestDisabled = 30 * 24 * 60 * 60_000;

/** Disables the transition into a stage, or says anew why it is disabled. Who is inside, and who waits, stays. */
export function disable(
  pipeline: Pipeline,
  stage: string,
  { reason, by, at }: { readonly reason: string; readonly by: string; readonly at: number },
): Pipeline {
  const { enabled: _, ...gate } = gateOf(pipeline, stage);
  return put(pipeline, { ...gate, disabled: { reason, by, at, since: gate.disabled?.since ?? at } });
}

/**
 * Enables the transition into a stage: the next that waits enters, and all of PARALLEL mode. After more than 30 days nobody who
 * waited does: these are `cancelled`, as only a new run goes on.
 */
export function enable(
  pipeline: Pipeline,
  stage: string,
  enabled: { readonly by: string; readonly at: number },
): Move & { readonly cancelled: readonly string[] } {
  const { disabled, ...gate } = gateOf(pipeline, stage);
  if (!disabled) return { pipeline, entered: [], superseded: [], cancelled: [] };
  const resumed = parallel.resume(pipeline.parallel ?? [], (before) => before === stage);
  if (enabled.at - disabled.since > longestDisabled) {
    const cancelled = [...gate.waiting.map(({ run }) => run), ...resumed.entered];
    const left = { ...pipeline, parallel: parallel.remove(resumed.runs, cancelled) };
    return { ...moved(left, { ...gate, enabled, waiting: [] }), cancelled };
  }
  const move = handOff(put({ ...pipeline, parallel: resumed.runs }, { ...gate, enabled }), stage);
  return { ...move, entered: [...move.entered, ...resumed.entered], cancelled: [] };
}

/** Two moves, one after the other. */
export function followedBy(first: Move, next: (pipeline: Pipeline) => Move): Move {
  const second = next(first.pipeline);
  return {
    pipeline: second.pipeline,
    entered: [...first.entered, ...second.entered],
    superseded: [...first.superseded, ...second.superseded],
  };
}

/**
 * A new version: every run that waits is of an old one and waits no longer; gates of stages that are gone stay while a run holds them.
 * Runs of PARALLEL mode go on in their old version; as nobody can enable a transition that is gone, those that wait for it are `entered`.
 */
export function renew(
  pipeline: Pipeline,
  change: Pick<Pipeline, 'executionMode' | 'pipelineType'>,
  stages: readonly string[],
  now: number,
): { readonly pipeline: Pipeline; readonly cancelled: readonly string[]; readonly entered: readonly string[] } {
  const held = pipeline.gates
    .filter(({ stage, holder }) => holder && !stages.includes(stage))
    .map(({ disabled: _, ...gate }) => gate);
  const gates = [...stages.map((stage) => gateOf(pipeline, stage)), ...held].map((gate) => ({ ...gate, waiting: [] }));
  const { runs, entered } = parallel.resume(pipeline.parallel ?? [], (before) => !stages.includes(before));
  return {
    pipeline: { ...pipeline, ...change, gates, parallel: runs, version: pipeline.version + 1, updated: now },
    cancelled: pipeline.gates.flatMap(({ waiting }) => waiting.map(({ run }) => run)),
    entered,
  };
}

/** Every run that is in the pipeline: inside a stage or waiting. */
export function visitors(pipeline: Pipeline): readonly string[] {
  const atGates = pipeline.gates.flatMap(({ holder, waiting }) => [
    ...(holder ? [holder] : []),
    ...waiting.map(({ run }) => run),
  ]);
  return [...atGates, ...(pipeline.parallel ?? []).map(({ run }) => run)];
}

/** Whether the gates have a run where it says that it is. */
export function holds(
  pipeline: Pipeline,
  run: { readonly id: string; readonly stage: string; readonly place: 'inbound' | 'inside' },
): boolean {
  const free = pipeline.parallel?.find((each) => each.run === run.id);
  if (free) return run.place === 'inside' ? free.before === undefined : free.before === run.stage;
  const { holder, waiting } = gateOf(pipeline, run.stage);
  return run.place === 'inside' ? holder === run.id : waiting.some((visitor) => visitor.run === run.id);
}

function isParallel(pipeline: Pipeline, run: string): boolean {
  return pipeline.parallel?.some((each) => each.run === run) ?? false;
}

/** A run of PARALLEL mode is in no stage any more: nobody has waited for that. */
function depart(pipeline: Pipeline, run: string): Move {
  const runs = parallel.remove(pipeline.parallel ?? [], [run]);
  return { pipeline: { ...pipeline, parallel: runs }, entered: [], superseded: [] };
}

/** Part of every move that frees or opens a stage: the next waiting run enters. */
function handOff(pipeline: Pipeline, stage: string): Move {
  const gate = gateOf(pipeline, stage);
  const [next, ...waiting] = gate.waiting;
  if (gate.holder || gate.disabled || !next) return { pipeline, entered: [], superseded: [] };
  return { pipeline: put(pipeline, { ...enter(gate, next), waiting }), entered: [next.run], superseded: [] };
}

function enter(gate: Gate, visitor: Visitor): Gate {
  if (gate.last && !gate.last.rollback && gate.last.sequence > visitor.sequence) {
    throw new Error(`Run ${visitor.run} enters after the newer run ${gate.last.run}.`);
  }
  return { ...gate, holder: visitor.run, last: { ...visitor, status: 'InProgress' } };
}

function put(pipeline: Pipeline, gate: Gate): Pipeline {
  const known = pipeline.gates.some(({ stage }) => stage === gate.stage);
  const gates = known
    ? pipeline.gates.map((each) => (each.stage === gate.stage ? gate : each))
    : [...pipeline.gates, gate];
  return { ...pipeline, gates };
}

function moved(pipeline: Pipeline, gate: Gate): Move {
  return { pipeline: put(pipeline, gate), entered: [], superseded: [] };
}
