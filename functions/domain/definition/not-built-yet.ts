import type { PipelineDeclaration } from '../declaration.ts';
import { type Breaches, stageBreach } from './breach.ts';
import { hooks } from './conditions.ts';

/**
 * What CodePipeline has around actions and Sluice has not built yet is refused, so that no run does less than its definition says.
 * Comes after every rule of CodePipeline: what is built later is only removed here. An action that cannot be carried out is no
 * reason: it fails when it is run (decision 0021).
 */
export function* checkBuilt({ stages }: PipelineDeclaration): Breaches {
  for (const [index, stage] of stages.entries()) {
    const hook = hooks(stage).find(isConditional);
    if (hook)
      yield stageBreach(
        `Stage '${stage.name}' has conditions. This is not built yet in Sluice.`,
        ...['stages', index, hook.name],
      );
  }
}

/** Only what follows a failure may have no conditions, but a result of its own. */
function isConditional({ name, conditions }: ReturnType<typeof hooks>[number]): boolean {
  return name !== 'onFailure' || conditions.length > 0;
}
