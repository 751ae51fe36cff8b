import type { PipelineDeclaration } from '../declaration.ts';
import { actionBreach, type Breaches } from './breach.ts';
import { type Place, placedActions } from './place.ts';

/** Where each namespace is filled: by the first action that names it. */
export function namespaces(pipeline: PipelineDeclaration): ReadonlyMap<string, Place> {
  const fillers = new Map<string, Place>();
  for (const { action, place } of placedActions(pipeline)) {
    const { namespace } = action;
    if (namespace !== undefined && !fillers.has(namespace)) fillers.set(namespace, place);
  }
  return fillers;
}

/** The rules of namespaces. */
export function* checkNamespaces(pipeline: PipelineDeclaration): Breaches {
  const placed = placedActions(pipeline);
  const artifacts = new Set(placed.flatMap(({ action }) => (action.outputArtifacts ?? []).map(({ name }) => name)));
  const reserved = ['codepipeline', ...((pipeline.variables ?? []).length > 0 ? ['variables'] : [])];
  const filled = new Set<string>();
  for (const { action, stageName, at } of placed) {
    const { namespace } = action;
    if (namespace === undefined) continue;
    const where = `StageName=[${stageName}], ActionName=[${action.name}], Namespace=[${namespace}]`;
    const wrong = reserved.includes(namespace)
      ? `Namespace '${namespace}' is reserved.`
      : artifacts.has(namespace)
        ? `Namespace '${namespace}' is the name of an artifact.`
        : filled.has(namespace)
          ? 'Namespaces must be unique within the pipeline.'
          : undefined;
    if (wrong !== undefined) yield actionBreach(`${wrong} ${where}`, ...at, 'namespace');
    filled.add(namespace);
  }
}
