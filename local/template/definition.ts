import { invalid, isMap, type Value, type ValueMap } from './document.ts';

/**
 * The properties of a state machine with its DefinitionSubstitutions put into its DefinitionString, as CloudFormation does it: `${Name}` by its text. Other types stay as they
 * are. Unlike CloudFormation it refuses a `${Name}` that nothing replaces: the machine would fail only when it runs.
 */
export function definitionWith(type: string, properties: ValueMap): ValueMap {
  if (type !== 'AWS::StepFunctions::StateMachine') return properties;
  const {
    DefinitionString: definition,
    DefinitionSubstitutions: substitutions = {},
    ...others
  } = properties as {
    DefinitionString?: Value;
    DefinitionSubstitutions?: Value;
  };
  if (typeof definition !== 'string' || !isMap(substitutions)) return properties;
  const DefinitionString = definition.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (_, name: string) => {
    const value = substitutions[name];
    if (value !== undefined && typeof value !== 'object') return String(value);
    throw invalid(`The definition has \${${name}}, for which DefinitionSubstitutions has no text.`);
  });
  return { ...others, DefinitionString };
}
