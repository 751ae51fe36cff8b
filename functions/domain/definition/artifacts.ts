import type { PipelineDeclaration } from '../declaration.ts';
import { actionBreach } from './breach.ts';
import { isBefore, type Place, placedActions } from './place.ts';

/** The rules of artifacts: each is made by one action, and used only by such as run strictly after it. */
export function checkArtifacts(pipeline: PipelineDeclaration): void {
  const placed = placedActions(pipeline);
  const makers = new Map<string, Place>();
  for (const { action, place } of placed) {
    for (const { name } of action.outputArtifacts ?? []) {
      if (makers.has(name))
        throw actionBreach(
          `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once.`,
        );
      makers.set(name, place);
    }
  }
  for (const { action, place } of placed) {
    const missing = action.inputArtifacts?.find(({ name }) => !isBefore(makers.get(name), place));
    if (missing)
      throw actionBreach(
        `Input Artifact Bundle ${missing.name} in action ${action.name} is not declared as Output Artifact Bundle of an action that is guaranteed to run before it.`,
      );
  }
}
