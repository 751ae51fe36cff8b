import { type ActionDeclaration, type PipelineDeclaration, runOrder } from '../declaration.ts';
import { Refusal } from '../refusal.ts';
import { references } from '../variables.ts';

interface Placed {
  readonly stage: string;
  readonly index: number;
  readonly action: ActionDeclaration;
}

/** The rules of namespaces, and of the references to variables in configurations. */
export function checkNamespaces(pipeline: PipelineDeclaration): void {
  const placed = pipeline.stages.flatMap((stage, index) =>
    stage.actions.map((action) => ({ stage: stage.name, index, action })),
  );
  const owners = new Map<string, Placed>();
  for (const each of placed) {
    const { namespace } = each.action;
    if (namespace === undefined) continue;
    checkName(pipeline, each, namespace);
    if (owners.has(namespace))
      throw invalid(`Namespaces must be unique within the pipeline. ${where(each, namespace)}`);
    owners.set(namespace, each);
  }
  for (const each of placed) checkReferences(pipeline, each, owners);
}

function checkName(pipeline: PipelineDeclaration, placed: Placed, namespace: string): void {
  const variables = (pipeline.variables ?? []).length > 0;
  if (namespace === 'codepipeline' || (namespace === 'variables' && variables))
    throw invalid(`Namespace '${namespace}' is reserved. ${where(placed, namespace)}`);
  const artifact = pipeline.stages.some(({ actions }) =>
    actions.some(({ outputArtifacts }) => outputArtifacts?.some(({ name }) => name === namespace)),
  );
  if (artifact) throw invalid(`Namespace '${namespace}' is the name of an artifact. ${where(placed, namespace)}`);
}

function checkReferences(pipeline: PipelineDeclaration, placed: Placed, owners: ReadonlyMap<string, Placed>): void {
  for (const [key, value] of Object.entries(placed.action.configuration ?? {})) {
    for (const { namespace, text } of references(value)) {
      if (namespace === 'codepipeline' || namespace === 'rule') continue;
      const at = `StageName=[${placed.stage}], ActionName=[${placed.action.name}], ActionConfigurationKey=[${key}], VariableReferenceText=[${text}]`;
      if (namespace === 'variables' && (pipeline.variables ?? []).length > 0) {
        if (placed.index === 0)
          throw new Refusal(
            'InvalidStructureException',
            `Variables that are declared at the pipeline level cannot be used in source actions. ${at}`,
          );
        continue;
      }
      const owner = owners.get(namespace);
      if (!owner) throw invalid(`The variable reference names a namespace that does not exist. ${at}`);
      const earlier =
        owner.index < placed.index ||
        (owner.index === placed.index && runOrder(owner.action) < runOrder(placed.action));
      if (!earlier)
        throw invalid(`The variable reference names a namespace of an action that does not run before. ${at}`);
    }
  }
}

function where({ stage, action }: Placed, namespace: string): string {
  return `StageName=[${stage}], ActionName=[${action.name}], Namespace=[${namespace}]`;
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidActionDeclarationException', message);
}
