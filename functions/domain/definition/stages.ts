import type { PipelineDeclaration, StageDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';
import { stageBreach } from './breach.ts';
import { duplicate } from './duplicate.ts';

const mostActions = 50;

/** The rules of single stages: names, how many actions there are, blockers. */
export function checkStages({ stages }: PipelineDeclaration): void {
  const twice = duplicate(stages.map(({ name }) => name));
  if (twice !== undefined)
    throw stageBreach(
      `Stage name '${twice}' is used more than once. Names of stages must be unique within a pipeline.`,
    );
  for (const stage of stages) checkCount(stage);
  const [first] = stages;
  if (first?.blockers && first.blockers.length > 0)
    throw new Refusal('InvalidBlockerDeclarationException', `The first stage, '${first.name}', cannot have blockers.`);
}

function checkCount({ name, actions }: StageDeclaration): void {
  if (actions.length === 0) throw stageBreach(`Stage '${name}' has no actions. A stage must have at least one.`);
  if (actions.length > mostActions)
    throw stageBreach(`Stage '${name}' has ${actions.length} actions. A stage can have up to ${mostActions}.`);
}
