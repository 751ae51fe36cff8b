/** JSON escapes what it must: a text of control characters becomes six times as long, and an item holds 400 KB. */
const longest = 128 * 1024;

/** Names and values as an attribute holds them: JSON text, or a list in turns where that would be long. */
export type TextMap = string | readonly string[];

/** A map whose names users choose, as an attribute: never names of attributes, and little longer than its texts. */
export function packMap(map: Readonly<Record<string, string>>): TextMap {
  const text = JSON.stringify(map);
  return Buffer.byteLength(text) <= longest ? text : Object.entries(map).flat();
}

/** The map of an attribute. */
export function unpackMap(packed: TextMap): Readonly<Record<string, string>> {
  if (typeof packed === 'string') return JSON.parse(packed);
  const entries = packed.flatMap((name, index) => (index % 2 === 0 ? [[name, packed[index + 1] ?? ''] as const] : []));
  return Object.fromEntries(entries);
}
