import type { PipelineDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';

/** A pipeline has one artifact store, or one for each Region of its actions. */
export function checkStores(pipeline: PipelineDeclaration, { region }: { readonly region: string }): void {
  const { artifactStore, artifactStores } = pipeline;
  if (artifactStore && artifactStores)
    throw invalid("A pipeline has either 'pipeline.artifactStore' or 'pipeline.artifactStores', not both.");
  if (!artifactStore && !artifactStores)
    throw invalid(
      "A pipeline must have 'pipeline.artifactStore', or 'pipeline.artifactStores' with a store for each Region.",
    );
  const used = new Set([
    region,
    ...pipeline.stages.flatMap(({ actions }) => actions.map((action) => action.region ?? region)),
  ]);
  if (artifactStore && used.size > 1)
    throw invalid(
      "The pipeline has actions in more than one region. Use 'pipeline.artifactStores' instead of 'pipeline.artifactStore'.",
    );
  const missing = [...used].find((each) => artifactStores && !Object.hasOwn(artifactStores, each));
  if (missing !== undefined) throw invalid(`The following region is missing in 'pipeline.artifactStores': ${missing}`);
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationException', message);
}
