import { type Change, type NewRun, open } from './decide.ts';
import type { PipelineDeclaration } from './declaration.ts';
import * as history from './history-budget.ts';
import { gateOf, type Pipeline } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import type { Run, Trigger } from './run.ts';
import { hasRoom, mostUnfinished } from './unfinished-limit.ts';

/** What a rollback of a stage looks at. */
export interface RollbackSituation {
  readonly pipeline: Pipeline;
  /** The definition of the pipeline's version. */
  readonly definition: PipelineDeclaration;
  /** The run whose outcome the stage is to have again. */
  readonly target: Run;
  /** Whether that run succeeded in the stage. */
  readonly passed: boolean;
}

/** The new run that rolls back: its id, what starts it, and when. */
export interface RollbackStart {
  readonly id: string;
  readonly trigger: Trigger;
  readonly now: number;
}

/**
 * A stage is rolled back (RollbackStage): a new run of this stage alone is opened, with the variables, source revisions and artifacts of the target. Refuses
 * a target that did not succeed in the stage under the pipeline's version, and a stage that cannot be rolled back now.
 */
export function rollBack(situation: RollbackSituation, stage: string, start: RollbackStart): Change {
  const { pipeline, target } = situation;
  if (target.version !== pipeline.version)
    throw new Refusal(
      'PipelineExecutionOutdatedException',
      `Execution '${target.id}' ran version ${target.version} of pipeline '${pipeline.name}', which has version ${pipeline.version} now.`,
    );
  const why = obstacle(situation, stage);
  if (why !== undefined)
    throw new Refusal('UnableToRollbackStageException', `Stage '${stage}' cannot be rolled back: ${why}.`);
  if (!hasRoom(pipeline))
    throw new Refusal(
      'ConflictException',
      `The pipeline '${pipeline.name}' has ${mostUnfinished} unfinished executions, the most in ${pipeline.executionMode} mode.`,
    );
  return open(pipeline, rollbackRun(target, stage, start));
}

function obstacle({ pipeline, definition, target, passed }: RollbackSituation, stage: string): string | undefined {
  const { holder } = gateOf(pipeline, stage);
  if (pipeline.pipelineType === 'V1') return 'only a pipeline of type V2 has rollbacks, and this one has the type V1';
  if (pipeline.executionMode === 'PARALLEL') return 'a pipeline of PARALLEL mode has no rollbacks';
  if (definition.stages[0]?.name === stage) return 'it is the source stage';
  if (target.rollback) return `execution '${target.id}' is a rollback itself`;
  if (target.artifactsRemovedAt !== undefined)
    return `the artifacts of execution '${target.id}' are too old and were removed`;
  if (!passed) return `execution '${target.id}' has not succeeded in it`;
  return holder === undefined ? undefined : `execution '${holder}' is running in it`;
}

/** The run that brings into a stage once more what its target brought. */
export function rollbackRun(target: Run, stage: string, { id, trigger, now }: RollbackStart): NewRun {
  const { pipelineId, pipelineName, version, variables, sourceRevisions } = target;
  return {
    id,
    pipelineId,
    pipelineName,
    version,
    status: 'InProgress',
    stage,
    attempt: 0,
    step: 0,
    execution: 1,
    spent: history.beginning,
    trigger,
    rollback: { target: target.id },
    variables,
    sourceOverrides: [],
    sourceRevisions,
    startTime: now,
    lastUpdateTime: now,
  };
}
