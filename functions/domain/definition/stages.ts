import type { PipelineDeclaration, StageDeclaration } from '../declaration.ts';
import { type Breaches, breach, stageBreach } from './breach.ts';
import { duplicates } from './duplicates.ts';

const mostActions = 50;

/** The rules of single stages: names, how many actions there are, blockers. */
export function* checkStages({ stages }: PipelineDeclaration): Breaches {
  const names = stages.map(({ name }) => name);
  for (const index of duplicates(names))
    yield stageBreach(
      `Stage name '${names[index]}' is used more than once. Names of stages must be unique within a pipeline.`,
      ...['stages', index, 'name'],
    );
  for (const [index, stage] of stages.entries()) yield* checkCount(stage, index);
  const [first] = stages;
  if (first?.blockers && first.blockers.length > 0)
    yield breach(
      'InvalidBlockerDeclarationException',
      `The first stage, '${first.name}', cannot have blockers.`,
      ...['stages', 0, 'blockers'],
    );
}

function* checkCount({ name, actions }: StageDeclaration, index: number): Breaches {
  const at = ['stages', index, 'actions'];
  if (actions.length === 0) yield stageBreach(`Stage '${name}' has no actions. A stage must have at least one.`, ...at);
  if (actions.length > mostActions)
    yield stageBreach(`Stage '${name}' has ${actions.length} actions. A stage can have up to ${mostActions}.`, ...at);
}
