import type { ActionExecution, ActionKey } from '../../functions/domain/action.ts';
import { actionKey, complete, isDone } from '../../functions/domain/action.ts';
import { type Carrier, carrier } from '../../functions/domain/action-types.ts';
import { type Change, close, decide, failing, open } from '../../functions/domain/decide.ts';
import {
  type ActionTypeId,
  type ExecutionMode,
  type PipelineDeclaration,
  type RetryMode,
  type StageDeclaration,
  steps,
} from '../../functions/domain/declaration.ts';
import { type Overridable, overrideCondition } from '../../functions/domain/override-condition.ts';
import { disable, enable, type Pipeline, renew } from '../../functions/domain/pipeline.ts';
import { retriedRun, retry } from '../../functions/domain/retry.ts';
import { type FinalRunStatus, isFinal, type Run } from '../../functions/domain/run.ts';
import { placedIn, stepOf } from '../../functions/domain/step.ts';
import { stop } from '../../functions/domain/stop.ts';
import { aDefinition, aPipeline, aRun, aToken } from './given.ts';

export const stages = ['A', 'B', 'C'];
const definition = aDefinition({ A: [1], B: [1, 1, 2], C: [3] });

/** The run order of a stage's last step. */
export function lastStep(stage: string): number | undefined {
  const declared = definition.stages.find(({ name }) => name === stage);
  return declared && steps(declared).at(-1);
}

function carrierOf(id: ActionTypeId): Carrier {
  return id.category === 'Rule' ? { class: 'rule', timeoutInMinutes: 60 } : carrier(id);
}

/** A pipeline of three stages in memory: it writes what the domain decides, as the engine's transaction does. */
export class Driver {
  pipeline: Pipeline;
  readonly runs = new Map<string, Run>();
  readonly actions = new Map<ActionKey, ActionExecution>();
  readonly definition: PipelineDeclaration;
  /** Stages that runs have left as Succeeded. */
  readonly passed: string[] = [];
  private clock = 1000;

  constructor(executionMode: ExecutionMode = 'SUPERSEDED', declared = definition) {
    this.pipeline = aPipeline([], { sequence: 0, executionMode });
    this.definition = declared;
  }

  open(id: string): void {
    const { sequence: _, place: __, ...fresh } = aRun({ id, stage: 'A', version: this.pipeline.version });
    this.commit(open(this.pipeline, fresh));
  }

  /** The pipeline gets a new version, of the same stages. */
  update(executionMode: ExecutionMode): void {
    const { pipeline, entered, cancelled } = renew(
      this.pipeline,
      { executionMode, pipelineType: 'V2' },
      stages,
      this.clock++,
    );
    this.pipeline = pipeline;
    this.moved(entered, cancelled, 'Cancelled');
  }

  disable(stage: string): void {
    this.pipeline = disable(this.pipeline, stage, { reason: 'freeze', by: 'jo', at: this.clock++ });
  }

  enable(stage: string): void {
    const { pipeline, entered, cancelled } = enable(this.pipeline, stage, { by: 'jo', at: this.clock++ });
    this.pipeline = pipeline;
    this.moved(entered, cancelled, 'Cancelled');
  }

  /** Throws the refusal. */
  stop(id: string, abandon: boolean): void {
    const run = this.run(id);
    this.commit(stop(run, this.pipeline, this.stepOf(run), { abandon }, this.clock++));
  }

  /** The stage in which the run ended runs again. Throws the refusal. */
  retry(id: string, mode: RetryMode = 'ALL_ACTIONS'): void {
    const run = retriedRun(this.run(id));
    const situation = this.situation(run);
    const given = { now: this.clock++, newId: () => `${id}-${this.clock}`, timeoutInMinutes: () => 10 };
    this.commit(retry(situation, run.stage, mode, given));
  }

  /** Throws the refusal. */
  override(id: string, condition: Overridable): void {
    const run = this.run(id);
    this.commit(overrideCondition(this.situation(run), this.stage(run.stage), condition, this.clock++));
  }

  /** The run's Decide is invoked; what it says goes for the machine too. */
  decide(id: string): void {
    const run = this.run(id);
    const entry = (run.decided?.entry ?? 0) + 1;
    const situation = this.situation(run);
    const decision = decide(situation, aToken(entry, 0, run.execution), {
      now: this.clock++,
      newId: () => `${id}-${this.clock}`,
      typeOf: carrierOf,
    });
    if ('change' in decision) this.commit(decision.change);
  }

  /** The first open action of the run's step comes to its end, if there is one. */
  complete(id: string, status: 'Succeeded' | 'Failed'): ActionExecution | undefined {
    const action = this.stepOf(this.run(id)).find((each) => !isDone(each.status));
    if (!action) return undefined;
    const result =
      status === 'Succeeded'
        ? { status, outputs: [], outputVariables: {} }
        : { status, failure: { code: 'JobFailed' as const, message: 'It broke.' } };
    const after = complete(action, result, this.clock++);
    if (after) this.actions.set(after.key, after);
    return after;
  }

  /** The run is closed from outside: its machine failed. Closing what is over does nothing. */
  close(id: string, status: FinalRunStatus): void {
    const run = this.run(id);
    if (isFinal(run.status)) return;
    const ending = status === 'Failed' && run.place === 'inside' ? failing(this.situation(run)) : run;
    this.commit(close(ending, this.pipeline, this.stepOf(run), status, this.clock++));
  }

  run(id: string): Run {
    const run = this.runs.get(id);
    if (!run) throw new Error(`There is no run ${id}.`);
    return run;
  }

  stepOf(run: Run): readonly ActionExecution[] {
    const step = stepOf(run);
    if (run.place === 'inbound' || step === undefined) return [];
    const stage = this.stage(run.stage);
    const place = { stage: this.definition.stages.indexOf(stage), attempt: run.attempt, step };
    return placedIn(stage, step).flatMap(({ index }) => this.actions.get(actionKey(run, { ...place, index })) ?? []);
  }

  private stage(name: string): StageDeclaration {
    const found = this.definition.stages.find((stage) => stage.name === name);
    if (!found) throw new Error(`There is no stage ${name}.`);
    return found;
  }

  private situation(run: Run) {
    return { run, pipeline: this.pipeline, definition: this.definition, step: this.stepOf(run) };
  }

  private commit({ run, pipeline, opened, abandoned, entered, superseded, passed }: Change): void {
    if (passed !== undefined) this.passed.push(passed);
    this.runs.set(run.id, run);
    this.pipeline = pipeline ?? this.pipeline;
    for (const action of [...opened, ...abandoned]) this.actions.set(action.key, action);
    this.moved(entered, superseded, 'Superseded');
  }

  private moved(entered: readonly string[], over: readonly string[], status: FinalRunStatus): void {
    for (const id of entered) this.runs.set(id, { ...this.run(id), place: 'inside' });
    for (const id of over) this.runs.set(id, { ...this.run(id), status });
  }
}
