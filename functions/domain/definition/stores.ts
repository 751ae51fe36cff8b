import type { PipelineDeclaration } from '../declaration.ts';
import { type At, type Breach, type Breaches, breach } from './breach.ts';

/** A pipeline has one artifact store, or one for each Region of its actions. */
export function* checkStores(pipeline: PipelineDeclaration, { region }: { readonly region: string }): Breaches {
  const { artifactStore, artifactStores } = pipeline;
  if (artifactStore && artifactStores)
    yield invalid(
      "A pipeline has either 'pipeline.artifactStore' or 'pipeline.artifactStores', not both.",
      'artifactStores',
    );
  if (!artifactStore && !artifactStores)
    yield invalid(
      "A pipeline must have 'pipeline.artifactStore', or 'pipeline.artifactStores' with a store for each Region.",
    );
  const used = new Set([
    region,
    ...pipeline.stages.flatMap(({ actions }) => actions.map((action) => action.region ?? region)),
  ]);
  if (artifactStore && used.size > 1)
    yield invalid(
      "The pipeline has actions in more than one region. Use 'pipeline.artifactStores' instead of 'pipeline.artifactStore'.",
      'artifactStore',
    );
  for (const each of used)
    if (artifactStores && !Object.hasOwn(artifactStores, each))
      yield invalid(`The following region is missing in 'pipeline.artifactStores': ${each}`, 'artifactStores');
}

function invalid(message: string, ...at: At): Breach {
  return breach('ValidationException', message, ...at);
}
