import type { StageDeclaration } from './declaration.ts';
import { gateOf, type Pipeline } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import type { Run } from './run.ts';

/** Where a condition is to be overridden: `run` is undefined when the pipeline has none of the id. */
export interface Overridden {
  readonly pipeline: Pipeline;
  readonly stage: StageDeclaration;
  readonly run: Run | undefined;
}

/** Why a condition of a stage cannot be overridden (OverrideStageCondition). The model has no error of its own for a run that is not there. */
export function overrideCondition(
  { pipeline, stage, run }: Overridden,
  id: string,
  type: 'BEFORE_ENTRY' | 'ON_SUCCESS',
): Refusal {
  const cannot = (why: string) =>
    new Refusal(
      'ConditionNotOverridableException',
      `The condition ${type} of stage '${stage.name}' cannot be overridden for execution '${id}': ${why}.`,
    );
  if (!run) return cannot('the pipeline has no such execution');
  if (run.executionMode !== 'PARALLEL' && gateOf(pipeline, stage.name).last?.run !== id)
    return new Refusal(
      'NotLatestPipelineExecutionException',
      `Execution '${id}' is not the latest in stage '${stage.name}'.`,
    );
  return cannot('the stage has no such condition');
}
