import type { PipelineDeclaration, StageDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';
import { duplicate } from './duplicate.ts';

const leastStages = 2;
const mostStages = 50;
const mostActions = 50;
const mostActionsInAll = 1000;

/** The rules of stages: how many there are, where sources stand, names. */
export function checkStages({ name, stages }: PipelineDeclaration): void {
  if (stages.length < leastStages)
    throw structure(
      `Pipeline '${name}' has only ${stages.length} stage(s). There should be a minimum of ${leastStages} stages in a pipeline.`,
    );
  if (stages.length > mostStages)
    throw structure(
      `Pipeline '${name}' has too many stages: ${stages.length}. A pipeline can have up to ${mostStages}.`,
    );
  const twice = duplicate(stages.map((stage) => stage.name));
  if (twice !== undefined)
    throw stageError(`Stage name '${twice}' is used more than once. Names of stages must be unique within a pipeline.`);
  for (const [index, stage] of stages.entries()) checkStage(stage, index);
  checkSources(name, stages);
}

function checkStage({ name, actions, blockers = [] }: StageDeclaration, index: number): void {
  if (actions.length === 0) throw stageError(`Stage '${name}' has no actions. A stage must have at least one.`);
  if (actions.length > mostActions)
    throw stageError(`Stage '${name}' has ${actions.length} actions. A stage can have up to ${mostActions}.`);
  if (index === 0 && blockers.length > 0)
    throw new Refusal('InvalidBlockerDeclarationException', `The first stage, '${name}', cannot have blockers.`);
  const twice = duplicate(actions.map((action) => action.name));
  if (twice !== undefined) {
    throw new Refusal(
      'InvalidActionDeclarationException',
      `Action name '${twice}' is used more than once in stage '${name}'. Names of actions must be unique within a stage.`,
    );
  }
}

function checkSources(name: string, [first, ...later]: readonly StageDeclaration[]): void {
  const isSource = ({ actionTypeId }: StageDeclaration['actions'][number]) => actionTypeId.category === 'Source';
  if (!first?.actions.every(isSource))
    throw structure(`Pipeline '${name}' should start with a stage that only contains source actions.`);
  const misplaced = later.find(({ actions }) => actions.some(isSource));
  if (misplaced)
    throw structure(
      `Source actions can only be included in the first stage of a pipeline. Stage '${misplaced.name}' has some.`,
    );
  const count = [first, ...later].reduce((sum, { actions }) => sum + actions.length, 0);
  if (count > mostActionsInAll)
    throw structure(`Pipeline '${name}' has ${count} actions. A pipeline can have up to ${mostActionsInAll}.`);
  if (later.every(({ actions }) => actions.every(isSource)))
    throw structure(`Pipeline '${name}' should have at least 1 action whose category is not Source.`);
}

function structure(message: string): Refusal {
  return new Refusal('InvalidStructureException', message);
}

function stageError(message: string): Refusal {
  return new Refusal('InvalidStageDeclarationException', message);
}
