/** CodePipeline's limit for all output variables of an action (quotas): a record could not hold a commit message of any length. */
const variablesLimit = 122_880;

/** Why the output variables of an action are too many; undefined when they are not. */
export function excessOfVariables(variables: Readonly<Record<string, string>>): string | undefined {
  const size = Object.entries(variables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size <= variablesLimit) return undefined;
  return `The output variables have ${size} bytes; at most ${variablesLimit} are allowed.`;
}
