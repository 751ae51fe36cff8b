import type { PipelineDeclaration } from '../declaration.ts';
import { actionBreach, type Breaches, stageBreach } from './breach.ts';
import { isBefore, type Place, placedActions, placedRules } from './place.ts';

/** The rules of artifacts: each is made by one action, and used only by actions and rules that run strictly after it. */
export function* checkArtifacts(pipeline: PipelineDeclaration): Breaches {
  const placed = placedActions(pipeline);
  const makers = new Map<string, Place>();
  for (const { action, place, at } of placed) {
    for (const [index, { name }] of (action.outputArtifacts ?? []).entries()) {
      if (makers.has(name))
        yield actionBreach(
          `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once.`,
          ...[...at, 'outputArtifacts', index, 'name'],
        );
      else makers.set(name, place);
    }
  }
  for (const { action, place, at } of placed) {
    for (const [index, { name }] of (action.inputArtifacts ?? []).entries()) {
      if (!isBefore(makers.get(name), place))
        yield actionBreach(
          `Input Artifact Bundle ${name} in action ${action.name} is not declared as Output Artifact Bundle of an action that is guaranteed to run before it.`,
          ...[...at, 'inputArtifacts', index, 'name'],
        );
    }
  }
  for (const { rule, stageName, place, at } of placedRules(pipeline)) {
    for (const [index, { name }] of (rule.inputArtifacts ?? []).entries()) {
      if (!isBefore(makers.get(name), place))
        yield stageBreach(
          `Input Artifact Bundle ${name} in rule ${rule.name} of stage ${stageName} is not declared as Output Artifact Bundle of an action that is guaranteed to run before it.`,
          ...[...at, 'inputArtifacts', index, 'name'],
        );
    }
  }
}
