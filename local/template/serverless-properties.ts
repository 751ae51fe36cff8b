import { invalid, isMap, type Value, type ValueMap } from './document.ts';

/** Throws for a key that the expansion would have to ignore. */
export function refuseOthers(where: string, value: ValueMap, known: readonly string[], why = ''): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) throw invalid(`The local stack does not expand ${other} of ${where}.${why && ` ${why}`}`);
}

/** Those of the named properties that are there. */
export function pick(value: ValueMap, names: readonly string[]): ValueMap {
  const entries = names.map((name) => [name, value[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** A map without the members that are `undefined`. */
export function present(value: Readonly<Record<string, Value | undefined>>): ValueMap {
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

export function mapAt(where: string, value: Value | undefined): ValueMap {
  if (value === undefined) return {};
  if (!isMap(value)) throw invalid(`${where} must be a map, not ${JSON.stringify(value)}.`);
  return value;
}

/** `Fn::GetAtt` of a resource's ARN. */
export function arnOf(logicalId: string): ValueMap {
  return { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

/** SAM's tags: its own mark first, then the given map as a list. */
export function tagList(mark: string, tags: ValueMap): readonly Value[] {
  return [{ Key: mark, Value: 'SAM' }, ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))];
}
