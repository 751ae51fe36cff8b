/** The numbers of the texts that stood in the list before. */
export function duplicates(texts: readonly string[]): readonly number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, index) => (seen.has(text) || !seen.add(text) ? [index] : []));
}
