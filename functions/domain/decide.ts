import type { ActionExecution, ActionKey } from './action.ts';
import { abandon, isDone, openAction } from './action.ts';
import type { ActionClass } from './action-type.ts';
import type { Carrier } from './action-types.ts';
import type { ActionTypeId, PipelineDeclaration, StageDeclaration } from './declaration.ts';
import * as history from './history-budget.ts';
import type { TaskToken } from './order.ts';
import { compareOrder } from './order.ts';
import type { Move, Pipeline, StageStatus } from './pipeline.ts';
import { arrive, followedBy, leave, withdraw } from './pipeline.ts';
import type { FinalRunStatus, Run } from './run.ts';
import { executionName, isFinal, isOverridden } from './run.ts';
import { placedIn, resultOf, rulesOf, type Step, stepAfter } from './step.ts';
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

/**
 * Closes a run: its open actions are abandoned, its stage is released and handed on. `step`: the records of the step that goes on. A run
 * with `left` has left its stage as that says.
 */
export function close(
  run: Run,
  pipeline: Pipeline,
  step: readonly ActionExecution[],
  status: FinalRunStatus,
  now: number,
  summary?: string,
): Change {
  const final = run.status === 'Stopping' ? 'Stopped' : status;
  const left = run.left?.stage === run.stage ? run.left.status : undefined;
  const move =
    run.place === 'inside'
      ? leave(pipeline, run.stage, run.id, left ?? stageStatus(final))
      : withdraw(pipeline, run.stage, run.id);
  return {
    ...changeOf(run, move),
    ...(final === 'Succeeded' && !run.rollback && left === undefined ? { passed: run.stage } : {}),
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
  const over = interruption(situation);
  if (over) return { answer: 'Close', change: close(run, pipeline, [], over, now) };
  return { answer: 'Wait', change: unmoved({ ...run, token }) };
}

function decideInside(situation: Situation, token: TaskToken, given: Given): Decision {
  const { run, pipeline, definition, step } = situation;
  const stage = stageOf(definition, run.stage);
  const open = step.filter(({ status }) => !isDone(status));
  if (open.length > 0) return runAll(run, workOf(open, given), unmoved(spend(run, open.length)));

  const over = interruption(situation);
  if (over) return { answer: 'Close', change: close(run, pipeline, [], over, given.now) };
  if (hasFailed(situation) || run.condition === 'onFailure') return afterFailure(situation, stage, token, given);

  const next = stepAfter(stage, run);
  if (next !== undefined) return beginStep({ run, stage, step: next, definition }, unmoved(run), given);
  return goOn(situation, token, given);
}

/** What ends the run between two steps, or before a stage, whatever came of them. */
function interruption({ run, pipeline }: Situation): FinalRunStatus | undefined {
  if (run.status === 'Stopping') return 'Stopped';
  return isOutdated(run, pipeline) ? 'Cancelled' : undefined;
}

/** Whether something of the step that goes on has not succeeded: one such rule fails its condition, unless that is overridden. */
export function hasFailed({ run, step }: Pick<Situation, 'run' | 'step'>): boolean {
  return !isOverridden(run) && step.some(({ status }) => status !== 'Succeeded');
}

/** An action or a condition has failed: the failure condition is evaluated, the stage is skipped, or the run has failed (user guide, stage conditions). */
function afterFailure(situation: Situation, stage: StageDeclaration, token: TaskToken, given: Given): Decision {
  const { run, pipeline, definition } = situation;
  if (run.condition === 'beforeEntry' && resultOf(stage, 'beforeEntry') === 'SKIP')
    return goOn(situation, token, given, 'Skipped');
  if (run.condition === undefined && !run.rollback && rulesOf(stage, 'onFailure').length > 0)
    return beginStep({ run, stage, step: 'onFailure', definition }, unmoved(run), given);
  return { answer: 'Close', change: close(failing(situation), pipeline, [], 'Failed', given.now, failureSummary(run)) };
}

/** A run that is about to fail: where its stage has succeeded, and its success condition rolls that back, it has left it so. */
export function failing({ run, definition, step }: Situation): Run {
  const stage = stageOf(definition, run.stage);
  const isUndone =
    run.condition === 'onSuccess' &&
    resultOf(stage, 'onSuccess') === 'ROLLBACK' &&
    hasFailed({ run, step: step.filter(({ status }) => isDone(status)) });
  return isUndone ? { ...run, left: { stage: run.stage, status: 'Succeeded' } } : run;
}

/** Why a run has failed that no failed action tells. */
function failureSummary({ condition, stage }: Run): string | undefined {
  return condition === 'beforeEntry' || condition === 'onSuccess'
    ? `The condition ${condition} of stage ${stage} has failed.`
    : undefined;
}

/** The stage is done: on to the next, or the run has succeeded, as one has that rolls a stage back. */
function goOn(
  { run: before, pipeline, definition }: Situation,
  token: TaskToken,
  given: Given,
  as: 'Succeeded' | 'Skipped' = 'Succeeded',
): Decision {
  const run: Run = as === 'Skipped' ? { ...before, left: { stage: before.stage, status: as } } : before;
  const next = definition.stages[definition.stages.findIndex(({ name }) => name === run.stage) + 1];
  if (!next || run.rollback) return { answer: 'Close', change: close(run, pipeline, [], 'Succeeded', given.now) };

  const move = followedBy(leave(pipeline, run.stage, run.id, as), (left) =>
    arrive(left, next.name, { run: run.id, sequence: run.sequence }, run.executionMode),
  );
  const { condition: _, ...rest } = run;
  const there: Run = { ...rest, stage: next.name, place: 'inbound', attempt: 0, step: 0 };
  const passed = as === 'Succeeded' ? { passed: run.stage } : {};
  const passing = (moved: Run): Change => ({ ...changeOf(moved, move), ...passed });
  if (move.superseded.includes(run.id)) return { answer: 'Close', change: passing({ ...there, status: 'Superseded' }) };
  if (!move.entered.includes(run.id)) return { answer: 'Wait', change: passing({ ...there, token }) };
  const inside: Run = { ...there, place: 'inside' };
  const step = stepAfter(next, inside);
  if (step === undefined) throw new Error(`Stage ${next.name} has no actions.`);
  return beginStep({ run: inside, stage: next, step, definition }, passing(inside), given);
}

function beginStep(
  at: { run: Run; stage: StageDeclaration; step: Step; definition: PipelineDeclaration },
  change: Change,
  given: Given,
): Decision {
  const placed = placedIn(at.stage, at.step);
  const isFull = at.run.spent + history.stepEvents(placed.length) > history.budget;
  const isOld = given.now - (at.run.carriedSince ?? at.run.startTime) > history.longestCarried;
  if (isFull || isOld) return goOnElsewhere(change, given.now);
  const stage = at.definition.stages.indexOf(at.stage);
  const opened = placed.map((each) =>
    openAction(
      at.run,
      each,
      { stage, step: at.step },
      {
        id: given.newId(),
        timeoutInMinutes:
          each.declaration.timeoutInMinutes ?? given.typeOf(each.declaration.actionTypeId).timeoutInMinutes,
        now: given.now,
      },
    ),
  );
  const run = spend(inStep(at.run, at.step), placed.length);
  return runAll(run, workOf(opened, given), { ...change, run, opened });
}

function inStep({ condition: _, ...run }: Run, step: Step): Run {
  return typeof step === 'number' ? { ...run, step } : { ...run, condition: step };
}

/** Actions of a run of PARALLEL mode that go on at once; the others begin as these end (user guide, quotas). */
const mostInParallel = 5;

/** `atOnce`: how many may go on at a time; 0 says as many as the machine can. */
function runAll({ executionMode }: Run, work: readonly Work[], change: Change): Decision {
  return { answer: 'Run', work, atOnce: executionMode === 'PARALLEL' ? mostInParallel : 0, change };
}

/** The execution's history is nearly full: a new execution of the run goes on. */
function goOnElsewhere(change: Change, now: number): Decision {
  const { decided: _, ...rest } = change.run;
  const run: Run = { ...rest, execution: rest.execution + 1, spent: history.beginning, carriedSince: now };
  return { answer: 'Continue', name: executionName(run), change: { ...change, run } };
}

function workOf(actions: readonly ActionExecution[], { typeOf, now }: Given): readonly Work[] {
  return actions.map(({ key, type, status, startTime, deadline }) => {
    const left = Math.max(0, Math.ceil((deadline - (status === 'Pending' ? startTime : now)) / 1000));
    return { id: key, class: typeOf(type).class, timeoutSeconds: left + timerSlackSeconds };
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
