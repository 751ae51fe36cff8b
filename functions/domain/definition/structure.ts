import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { structureBreach } from './breach.ts';

const leastStages = 2;
const mostStages = 50;
const mostActions = 1000;

/** The rules of the whole pipeline: how many stages and actions there are, and where sources stand. */
export function checkStructure({ name, stages }: PipelineDeclaration): void {
  if (stages.length < leastStages)
    throw structureBreach(
      `Pipeline '${name}' has only ${stages.length} stage(s). There should be a minimum of ${leastStages} stages in a pipeline.`,
    );
  if (stages.length > mostStages)
    throw structureBreach(
      `Pipeline '${name}' has too many stages: ${stages.length}. A pipeline can have up to ${mostStages}.`,
    );
  const count = stages.reduce((sum, { actions }) => sum + actions.length, 0);
  if (count > mostActions)
    throw structureBreach(`Pipeline '${name}' has ${count} actions. A pipeline can have up to ${mostActions}.`);
  checkSources(name, stages);
}

function checkSources(name: string, stages: PipelineDeclaration['stages']): void {
  const other = stages[0]?.actions.find((action) => !isSource(action));
  if (other)
    throw structureBreach(
      `Pipeline '${name}' should start with a stage that only contains source actions. Action '${other.name}' of its first stage has the category ${other.actionTypeId.category}.`,
    );
  if (stages.every(({ actions }) => actions.length > 0 && actions.every(isSource)))
    throw structureBreach(`Pipeline '${name}' should have at least 1 action whose category is not Source.`);
  const misplaced = stages.slice(1).find(({ actions }) => actions.some(isSource));
  if (misplaced)
    throw structureBreach(
      `Source actions can only be included in the first stage of a pipeline. Stage '${misplaced.name}' has some.`,
    );
}

function isSource({ actionTypeId }: ActionDeclaration): boolean {
  return actionTypeId.category === 'Source';
}
