import type { PipelineDeclaration } from '../declaration.ts';
import { actionBreach } from './breach.ts';
import { type Place, placedActions } from './place.ts';

/** The rules of namespaces. Answers where each is filled. */
export function checkNamespaces(pipeline: PipelineDeclaration): ReadonlyMap<string, Place> {
  const placed = placedActions(pipeline);
  const artifacts = new Set(placed.flatMap(({ action }) => (action.outputArtifacts ?? []).map(({ name }) => name)));
  const reserved = ['codepipeline', ...((pipeline.variables ?? []).length > 0 ? ['variables'] : [])];
  const fillers = new Map<string, Place>();
  for (const { action, stageName, place } of placed) {
    const { namespace } = action;
    if (namespace === undefined) continue;
    const where = `StageName=[${stageName}], ActionName=[${action.name}], Namespace=[${namespace}]`;
    if (reserved.includes(namespace)) throw actionBreach(`Namespace '${namespace}' is reserved. ${where}`);
    if (artifacts.has(namespace)) throw actionBreach(`Namespace '${namespace}' is the name of an artifact. ${where}`);
    if (fillers.has(namespace)) throw actionBreach(`Namespaces must be unique within the pipeline. ${where}`);
    fillers.set(namespace, place);
  }
  return fillers;
}
