import type { PipelineDeclaration } from '../declaration.ts';
import { references } from '../variables.ts';
import { type At, actionBreach, type Breaches, structureBreach } from './breach.ts';
import { namespaces } from './namespaces.ts';
import { isBefore, type Place, placedActions, placedRules } from './place.ts';

/** A text that may hold references, and what it is of. */
interface Holder {
  readonly stageName: string;
  readonly name: string;
  readonly key: string;
  readonly text: string;
  readonly place: Place;
  readonly inSource?: boolean;
  /** Where the text stands. */
  readonly at: At;
}

/** `rule` is the namespace of rules of conditions: its meaning is not documented, it stays unresolved. */
const always = ['codepipeline', 'rule'];

/** The rules of references to variables: each names a namespace that is filled before. Unknown keys show when the action starts. */
export function* checkReferences(pipeline: PipelineDeclaration): Breaches {
  const fillers = namespaces(pipeline);
  const hasVariables = (pipeline.variables ?? []).length > 0;
  for (const holder of [...ofActions(pipeline), ...ofRules(pipeline)]) {
    for (const { namespace, text } of references(holder.text)) {
      if (always.includes(namespace)) continue;
      const at = `StageName=[${holder.stageName}], ActionName=[${holder.name}], ActionConfigurationKey=[${holder.key}], VariableReferenceText=[${text}]`;
      if (namespace === 'variables' && hasVariables) {
        if (holder.inSource)
          yield structureBreach(
            `Variables that are declared at the pipeline level cannot be used in source actions. ${at}`,
            ...holder.at,
          );
        continue;
      }
      const filler = fillers.get(namespace);
      if (!filler)
        yield actionBreach(`The variable reference names a namespace that does not exist. ${at}`, ...holder.at);
      else if (!isBefore(filler, holder.place))
        yield actionBreach(
          `The variable reference names a namespace of an action that does not run before. ${at}`,
          ...holder.at,
        );
    }
  }
}

function ofActions(pipeline: PipelineDeclaration): readonly Holder[] {
  return placedActions(pipeline).flatMap(({ action, stageName, place, at }) => {
    const variables = (action.environmentVariables ?? []).map(({ name, value }, index) => ({
      key: name,
      text: value,
      at: [...at, 'environmentVariables', index, 'value'],
    }));
    const inSource = action.actionTypeId.category === 'Source';
    return [...texts(action, at), ...variables].map((text) => ({
      ...text,
      stageName,
      name: action.name,
      place,
      inSource,
    }));
  });
}

function ofRules(pipeline: PipelineDeclaration): readonly Holder[] {
  return placedRules(pipeline).flatMap(({ rule, stageName, place, at }) =>
    texts(rule, at).map((text) => ({ ...text, stageName, name: rule.name, place })),
  );
}

/** The texts of what stands at a place: its configuration and commands. */
function texts(
  {
    configuration = {},
    commands = [],
  }: { readonly configuration?: Readonly<Record<string, string>>; readonly commands?: readonly string[] },
  at: At,
): readonly Pick<Holder, 'key' | 'text' | 'at'>[] {
  return [
    ...Object.entries(configuration).map(([key, text]) => ({ key, text, at: [...at, 'configuration', key] })),
    ...commands.map((text, index) => ({ key: 'commands', text, at: [...at, 'commands', index] })),
  ];
}
