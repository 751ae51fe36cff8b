import type { ActionExecution, ActionKey } from '../../functions/domain/action.ts';
import { complete, isDone } from '../../functions/domain/action.ts';
import { actionType } from '../../functions/domain/action-types.ts';
import { type Change, close, decide, open } from '../../functions/domain/decide.ts';
import { actionsOf } from '../../functions/domain/declaration.ts';
import type { Pipeline } from '../../functions/domain/pipeline.ts';
import { type FinalRunStatus, isFinal, type Run } from '../../functions/domain/run.ts';
import { aDefinition, aPipeline, aRun, aToken } from './given.ts';

export const stages = ['A', 'B', 'C'];
const definition = aDefinition({ A: [1], B: [1, 1, 2], C: [3] });

/** A pipeline of three stages in memory: it writes what the domain decides, as the engine's transaction does. */
export class Driver {
  pipeline: Pipeline = aPipeline([], { sequence: 0 });
  readonly runs = new Map<string, Run>();
  readonly actions = new Map<ActionKey, ActionExecution>();
  private clock = 1000;

  open(id: string): void {
    const { sequence: _, place: __, ...fresh } = aRun({ id, stage: 'A' });
    this.commit(open(this.pipeline, fresh));
  }

  /** The run's Decide is invoked; what it says goes for the machine too. */
  decide(id: string): void {
    const run = this.run(id);
    const entry = (run.decided?.entry ?? 0) + 1;
    const situation = { run, pipeline: this.pipeline, definition, step: this.stepOf(run) };
    const decision = decide(situation, aToken(entry, 0, run.execution), {
      now: this.clock++,
      newId: () => `${id}-${this.clock}`,
      typeOf: actionType,
    });
    if ('change' in decision) this.commit(decision.change);
  }

  /** The first open action of the run's step comes to its end, if there is one. */
  complete(id: string, status: 'Succeeded' | 'Failed'): void {
    const action = this.stepOf(this.run(id)).find((each) => !isDone(each.status));
    if (!action) return;
    const result =
      status === 'Succeeded'
        ? { status, outputs: [], outputVariables: {} }
        : { status, failure: { code: 'JobFailed' as const, message: 'It broke.' } };
    const after = complete(action, result, this.clock++);
    if (after) this.actions.set(after.key, after);
  }

  /** The run is closed from outside: its machine failed. Closing what is over does nothing. */
  close(id: string, status: FinalRunStatus): void {
    const run = this.run(id);
    if (!isFinal(run.status)) this.commit(close(run, this.pipeline, this.stepOf(run), status, this.clock++));
  }

  run(id: string): Run {
    const run = this.runs.get(id);
    if (!run) throw new Error(`There is no run ${id}.`);
    return run;
  }

  stepOf(run: Run): readonly ActionExecution[] {
    const stage = definition.stages.find(({ name }) => name === run.stage);
    if (!stage || run.place === 'inbound' || run.step === 0) return [];
    const names = actionsOf(stage, run.step).map(({ name }) => name);
    return [...this.actions.values()].filter(
      ({ key, action, stage: of }) => key.includes(`/${run.id}/`) && of === run.stage && names.includes(action),
    );
  }

  private commit({ run, pipeline, opened, abandoned, entered, superseded }: Change): void {
    this.runs.set(run.id, run);
    this.pipeline = pipeline ?? this.pipeline;
    for (const action of [...opened, ...abandoned]) this.actions.set(action.key, action);
    for (const id of entered) this.runs.set(id, { ...this.run(id), place: 'inside' });
    for (const id of superseded) this.runs.set(id, { ...this.run(id), status: 'Superseded' });
  }
}
