import type { ActionExecution, ActionKey } from './action.ts';
import { abandon, isDone, openAction } from './action.ts';
import type { ActionClass } from './action-type.ts';
import type { Carrier } from './action-types.ts';
import type { ActionTypeId, PipelineDeclaration, StageDeclaration } from './declaration.ts';
import { actionsOf, steps } from './declaration.ts';
import * as history from './history-budget.ts';
import type { TaskToken } from './order.ts';
import { compareOrder } from './order.ts';
import type { Move, Pipeline, StageStatus } from './pipeline.ts';
import { arrive, followedBy, leave, withdraw } from './pipeline.ts';
import type { FinalRunStatus, Run } from './run.ts';
import { executionName, isFinal } from './run.ts';
import { mustHaveRoom } from './unfinished-limit.ts';

/** A run before it has its place in the pipeline. */
export type NewRun = Omit<Run, 'sequence' | 'place' | 'executionMode'>;

/** What is written together when a run moves: all of it, or nothing. */
export interface Change {
  readonly run: Run;
  /** Absent when the gates stay as they are. */
  readonly pipeline?: Pipeline;
  readonly opened: readonly ActionExecution[];
  readonly abandoned: readonly ActionExecution[];
  /** Other runs, which enter the stage before which they waited. */
  readonly entered: readonly string[];
  /** Other runs, which are over as Superseded. */
  readonly superseded: readonly string[];
  /** The stage that the run leaves as Succeeded, so that it can be rolled back to the run. */
  readonly passed?: string;
  /** A run that is opened with it, to roll back the stage in which the run has failed. */
  readonly rollback?: Run;
}

/** One thing that the machine is to run. */
export interface Work {
  readonly id: ActionKey;
  readonly class: ActionClass;
  readonly timeoutSeconds: number;
}

export type Decision =
  /** A later Decide has acted: do nothing, answer nothing. */
  | { readonly answer: 'Stale' }
  /** The run is over, or another execution carries it. */
  | { readonly answer: 'Over' }
  | { readonly answer: 'Wait' | 'Close'; readonly change: Change }
  | { readonly answer: 'Run'; readonly work: readonly Work[]; readonly atOnce: number; readonly change: Change }
  | { readonly answer: 'Continue'; readonly name: string; readonly change: Change };

/** What a decision looks at: read together, written under the condition that none of it changed. */
export interface Situation {
  readonly run: Run;
  readonly pipeline: Pipeline;
  /** The definition of the run's version. */
  readonly definition: PipelineDeclaration;
  /** The records of the step that goes on; empty before the first of a stage. */
  readonly step: readonly ActionExecution[];
}

/** What the domain does not make itself. */
export interface Given {
  readonly now: number;
  readonly newId: () => string;
  readonly typeOf: (id: ActionTypeId) => Carrier;
}

/** The machine's timer is a minute later than the deadline: it never decides. */
const timerSlackSeconds = 60;

/** Decides what a run does next. `token` is that of the invocation which asks. */
export function decide(situation: Situation, token: TaskToken, given: Given): Decision {
  const { order } = token;
  if (order.execution !== situation.run.execution || isFinal(situation.run.status)) return { answer: 'Over' };
  if (situation.run.decided && compareOrder(order, situation.run.decided) < 0) return { answer: 'Stale' };

  const { token: _, ...rest } = situation.run;
  const spent = rest.spent + history.decision;
  const run: Run = { ...rest, decided: order, spent, lastUpdateTime: given.now };
  const now = { ...situation, run };
  return run.place === 'inbound' ? decideInbound(now, token, given) : decideInside(now, token, given);
}

/** Closes a run: its open actions are abandoned, its stage is released and handed on. `step`: the records of the step that goes on. */
export function close(
  run: Run,
  pipeline: Pipeline,
  step: readonly ActionExecution[],
  status: FinalRunStatus,
  now: number,
  summary?: string,
): Change {
  const final = run.status === 'Stopping' ? 'Stopped' : status;
  const move =
    run.place === 'inside'
      ? leave(pipeline, run.stage, run.id, stageStatus(final))
      : withdraw(pipeline, run.stage, run.id);
  return {
    ...changeOf(run, move),
    ...(final === 'Succeeded' && !run.rollback ? { passed: run.stage } : {}),
    run: { ...run, status: final, lastUpdateTime: now, ...(summary === undefined ? {} : { statusSummary: summary }) },
    abandoned: step.flatMap((action) => abandon(action, now) ?? []),
  };
}

/**
 * Opens a run: it has its sequence number and its place before or in its stage from the start. Refuses one run too many of a QUEUED
 * or PARALLEL pipeline.
 */
export function open(pipeline: Pipeline, run: NewRun): Change {
  mustHaveRoom(pipeline);
  const { executionMode } = pipeline;
  const sequence = pipeline.sequence + 1;
  const visitor = { run: run.id, sequence, ...(run.rollback ? { rollback: true as const } : {}) };
  const move = arrive({ ...pipeline, sequence }, run.stage, visitor);
  const place = move.entered.includes(run.id) ? 'inside' : 'inbound';
  return changeOf({ ...run, executionMode, sequence, place }, move);
}

function decideInbound(situation: Situation, token: TaskToken, { now }: Given): Decision {
  const { run, pipeline } = situation;
  const over = outcome(situation);
  if (over) return { answer: 'Close', change: close(run, pipeline, [], over, now) };
  return { answer: 'Wait', change: unmoved({ ...run, token }) };
}

function decideInside(situation: Situation, token: TaskToken, given: Given): Decision {
  const { run, pipeline, definition, step } = situation;
  const stage = stageOf(definition, run.stage);
  const open = step.filter(({ status }) => !isDone(status));
  if (open.length > 0) return runAll(run, workOf(open, stage, given), unmoved(spend(run, open.length)));

  const over = outcome(situation);
  if (over) return { answer: 'Close', change: close(run, pipeline, [], over, given.now) };

  const order = steps(stage).find((each) => each > run.step);
  if (order !== undefined) return beginStep({ run, stage, order, definition }, unmoved(run), given);
  return goOn(situation, token, given);
}

/** What ends the run between two steps, or before a stage. */
function outcome({ run, pipeline, step }: Situation): FinalRunStatus | undefined {
  if (run.status === 'Stopping') return 'Stopped';
  if (isOutdated(run, pipeline)) return 'Cancelled';
  return step.some(({ status }) => status !== 'Succeeded') ? 'Failed' : undefined;
}

/** The stage is done: on to the next, or the run has succeeded, as one has that rolls a stage back. */
function goOn({ run, pipeline, definition }: Situation, token: TaskToken, given: Given): Decision {
  const next = definition.stages[definition.stages.findIndex(({ name }) => name === run.stage) + 1];
  if (!next || run.rollback) return { answer: 'Close', change: close(run, pipeline, [], 'Succeeded', given.now) };

  const move = followedBy(leave(pipeline, run.stage, run.id, 'Succeeded'), (left) =>
    arrive(left, next.name, { run: run.id, sequence: run.sequence }, run.executionMode),
  );
  const there: Run = { ...run, stage: next.name, place: 'inbound', attempt: 0, step: 0 };
  const passing = (as: Run): Change => ({ ...changeOf(as, move), passed: run.stage });
  if (move.superseded.includes(run.id)) return { answer: 'Close', change: passing({ ...there, status: 'Superseded' }) };
  if (!move.entered.includes(run.id)) return { answer: 'Wait', change: passing({ ...there, token }) };
  const inside: Run = { ...there, place: 'inside' };
  const [order = 1] = steps(next);
  return beginStep({ run: inside, stage: next, order, definition }, passing(inside), given);
}

function beginStep(
  at: { run: Run; stage: StageDeclaration; order: number; definition: PipelineDeclaration },
  change: Change,
  given: Given,
): Decision {
  const declared = actionsOf(at.stage, at.order);
  if (at.run.spent + history.stepEvents(declared.length) > history.budget) return goOnElsewhere(change);
  const stage = at.definition.stages.indexOf(at.stage);
  const opened = declared.map((declaration) =>
    openAction(
      at.run,
      declaration,
      { stage, index: at.stage.actions.indexOf(declaration) },
      {
        id: given.newId(),
        timeoutInMinutes: declaration.timeoutInMinutes ?? given.typeOf(declaration.actionTypeId).timeoutInMinutes,
        now: given.now,
      },
    ),
  );
  const run = spend({ ...at.run, step: at.order }, declared.length);
  return runAll(run, workOf(opened, at.stage, given), { ...change, run, opened });
}

/** Actions of a run of PARALLEL mode that go on at once; the others begin as these end (user guide, quotas). */
const mostInParallel = 5;

/** `atOnce`: how many may go on at a time; 0 says as many as the machine can. */
function runAll({ executionMode }: Run, work: readonly Work[], change: Change): Decision {
  return { answer: 'Run', work, atOnce: executionMode === 'PARALLEL' ? mostInParallel : 0, change };
}

/** The execution's history is nearly full: a new execution of the run goes on. */
function goOnElsewhere(change: Change): Decision {
  const { decided: _, ...rest } = change.run;
  const run: Run = { ...rest, execution: rest.execution + 1, spent: history.beginning };
  return { answer: 'Continue', name: executionName(run), change: { ...change, run } };
}

function workOf(actions: readonly ActionExecution[], stage: StageDeclaration, { typeOf, now }: Given): readonly Work[] {
  return actions.map(({ key, action, status, startTime, deadline }) => {
    const declaration = stage.actions.find(({ name }) => name === action);
    if (!declaration) throw new Error(`Stage ${stage.name} declares no action ${action}.`);
    const left = Math.max(0, Math.ceil((deadline - (status === 'Pending' ? startTime : now)) / 1000));
    return { id: key, class: typeOf(declaration.actionTypeId).class, timeoutSeconds: left + timerSlackSeconds };
  });
}

function stageOf(definition: PipelineDeclaration, name: string): StageDeclaration {
  const stage = definition.stages.find((each) => each.name === name);
  if (!stage) throw new Error(`Pipeline ${definition.name} has no stage ${name}.`);
  return stage;
}

/** The definition changed, or is gone, under the run. One of PARALLEL mode goes on with the definition with which it began. */
export function isOutdated({ version, executionMode }: Run, pipeline: Pipeline): boolean {
  return pipeline.deleted === true || (executionMode !== 'PARALLEL' && version < pipeline.version);
}

function spend(run: Run, actions: number): Run {
  return { ...run, spent: run.spent + history.stepEvents(actions) };
}

function stageStatus(status: FinalRunStatus): StageStatus {
  if (status === 'Superseded') throw new Error('A run inside a stage is not superseded.');
  return status;
}

function unmoved(run: Run): Change {
  return { run, opened: [], abandoned: [], entered: [], superseded: [] };
}

function changeOf(run: Run, move: Move): Change {
  const others = (runs: readonly string[]) => runs.filter((each) => each !== run.id);
  return {
    ...unmoved(run),
    pipeline: move.pipeline,
    entered: others(move.entered),
    superseded: others(move.superseded),
  };
}
