/** A shorter value is no secret, and masking it would leave nothing readable. */
const SHORTEST_VALUE = 3;
const SHORTEST_LINE = 4;
const ACCESS_KEY = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;

/** Replaces secret values, and whatever looks like an access key id, by `***`; of a value of several lines each line too. */
export function masking(secrets: readonly string[]): (text: string) => string {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.length >= SHORTEST_LINE);
  const values = [...new Set([...secrets, ...lines])]
    .filter((value) => value.length >= SHORTEST_VALUE)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    values.reduce((masked, value) => masked.replaceAll(value, () => '***'), text).replace(ACCESS_KEY, '***');
}
