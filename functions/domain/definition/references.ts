import type { PipelineDeclaration } from '../declaration.ts';
import { references } from '../variables.ts';
import { actionBreach, structureBreach } from './breach.ts';
import { hooks } from './conditions.ts';
import { isBefore, type Place, placedActions } from './place.ts';

/** A text that may hold references, and what it is of. */
interface Holder {
  readonly stageName: string;
  readonly name: string;
  readonly key: string;
  readonly text: string;
  readonly place: Place;
  readonly inSource?: boolean;
}

/** `rule` is the namespace of rules of conditions: its meaning is not documented, it stays unresolved. */
const always = ['codepipeline', 'rule'];

/** The rules of references to variables: each names a namespace that is filled before. Unknown keys show when the action starts. */
export function checkReferences(pipeline: PipelineDeclaration, fillers: ReadonlyMap<string, Place>): void {
  const hasVariables = (pipeline.variables ?? []).length > 0;
  for (const holder of [...ofActions(pipeline), ...ofRules(pipeline)]) {
    for (const { namespace, text } of references(holder.text)) {
      if (always.includes(namespace)) continue;
      const at = `StageName=[${holder.stageName}], ActionName=[${holder.name}], ActionConfigurationKey=[${holder.key}], VariableReferenceText=[${text}]`;
      if (namespace === 'variables' && hasVariables) {
        if (holder.inSource)
          throw structureBreach(
            `Variables that are declared at the pipeline level cannot be used in source actions. ${at}`,
          );
        continue;
      }
      const filler = fillers.get(namespace);
      if (!filler) throw actionBreach(`The variable reference names a namespace that does not exist. ${at}`);
      if (!isBefore(filler, holder.place))
        throw actionBreach(`The variable reference names a namespace of an action that does not run before. ${at}`);
    }
  }
}

function ofActions(pipeline: PipelineDeclaration): readonly Holder[] {
  return placedActions(pipeline).flatMap(({ action, stageName, place }) => {
    const texts = [
      ...Object.entries(action.configuration ?? {}),
      ...(action.commands ?? []).map((command) => ['commands', command] as const),
      ...(action.environmentVariables ?? []).map(({ name, value }) => [name, value] as const),
    ];
    const inSource = action.actionTypeId.category === 'Source';
    return texts.map(([key, text]) => ({ stageName, name: action.name, key, text, place, inSource }));
  });
}

/** Rules run before all actions of their stage, or after all. */
function ofRules({ stages }: PipelineDeclaration): readonly Holder[] {
  return stages.flatMap((stage, index) =>
    hooks(stage).flatMap(({ name, conditions }) => {
      const place = { stage: index, order: name === 'beforeEntry' ? 0 : Number.POSITIVE_INFINITY };
      const rules = conditions.flatMap((condition) => condition.rules ?? []);
      return rules.flatMap(({ name: rule, configuration = {}, commands = [] }) =>
        [...Object.entries(configuration), ...commands.map((command) => ['commands', command] as const)].map(
          ([key, text]) => ({ stageName: stage.name, name: rule, key, text, place }),
        ),
      );
    }),
  );
}
