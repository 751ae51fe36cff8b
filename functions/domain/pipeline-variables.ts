import type { PipelineDeclaration } from './declaration.ts';
import { Refusal } from './refusal.ts';

/** The values of a pipeline's variables for one run: what the start gives, else the default. Refuses a missing and an unknown one. */
export function resolveVariables(
  definition: PipelineDeclaration,
  given: readonly { readonly name: string; readonly value: string }[],
): Readonly<Record<string, string>> {
  const declared = definition.variables ?? [];
  const unknown = given.find(({ name }) => !declared.some((variable) => variable.name === name));
  if (unknown)
    throw new Refusal('ValidationException', `Pipeline '${definition.name}' declares no variable '${unknown.name}'.`);
  return Object.fromEntries(
    declared.map(({ name, defaultValue }) => {
      const value = given.find((each) => each.name === name)?.value ?? defaultValue;
      if (value === undefined)
        throw new Refusal(
          'ValidationException',
          `Pipeline variable '${name}' has no default value: a value must be given at the start.`,
        );
      return [name, value];
    }),
  );
}
