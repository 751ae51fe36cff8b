import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { type Breaches, structureBreach } from './breach.ts';

const leastStages = 2;
const mostStages = 50;
const mostActions = 1000;

/** The rules of the whole pipeline: how many stages and actions there are, and where sources stand. */
export function* checkStructure({ name, stages }: PipelineDeclaration): Breaches {
  if (stages.length < leastStages)
    yield structureBreach(
      `Pipeline '${name}' has only ${stages.length} stage(s). There should be a minimum of ${leastStages} stages in a pipeline.`,
      'stages',
    );
  if (stages.length > mostStages)
    yield structureBreach(
      `Pipeline '${name}' has too many stages: ${stages.length}. A pipeline can have up to ${mostStages}.`,
      'stages',
    );
  const count = stages.reduce((sum, { actions }) => sum + actions.length, 0);
  if (count > mostActions)
    yield structureBreach(
      `Pipeline '${name}' has ${count} actions. A pipeline can have up to ${mostActions}.`,
      'stages',
    );
  yield* checkSources(name, stages);
}

function* checkSources(name: string, stages: PipelineDeclaration['stages']): Breaches {
  for (const [index, action] of (stages[0]?.actions ?? []).entries())
    if (!isSource(action))
      yield structureBreach(
        `Pipeline '${name}' should start with a stage that only contains source actions. Action '${action.name}' of its first stage has the category ${action.actionTypeId.category}.`,
        ...['stages', 0, 'actions', index, 'actionTypeId', 'category'],
      );
  if (stages.every(({ actions }) => actions.length > 0 && actions.every(isSource)))
    yield structureBreach(`Pipeline '${name}' should have at least 1 action whose category is not Source.`, 'stages');
  for (const [index, stage] of stages.entries()) {
    const source = index === 0 ? -1 : stage.actions.findIndex(isSource);
    if (source >= 0)
      yield structureBreach(
        `Source actions can only be included in the first stage of a pipeline. Stage '${stage.name}' has some.`,
        ...['stages', index, 'actions', source, 'actionTypeId', 'category'],
      );
  }
}

function isSource({ actionTypeId }: ActionDeclaration): boolean {
  return actionTypeId.category === 'Source';
}
