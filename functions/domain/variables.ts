/** A reference to a variable, `#{namespace.key}`, as it stands in a text. */
export interface Reference {
  readonly text: string;
  readonly namespace: string;
  readonly key: string;
}

const pattern = /#\{([A-Za-z0-9@_-]{1,100})\.([A-Za-z0-9@_-]{1,256})\}/g;

/** The references in a text, in order. Case matters. */
export function references(text: string): readonly Reference[] {
  return [...text.matchAll(pattern)].map(([match, namespace = '', key = '']) => ({ text: match, namespace, key }));
}

/**
 * Replaces each reference by its value, once: what a value holds is data and is not looked at again. `lookUp` answers undefined
 * for a reference that is to stay as it is.
 */
export function replaceReferences(text: string, lookUp: (reference: Reference) => string | undefined): string {
  return text.replace(
    pattern,
    (match, namespace: string, key: string) => lookUp({ text: match, namespace, key }) ?? match,
  );
}

/**
 * As `replaceReferences`; in a text that is a JSON list or object each value is written as JSON writes it, so that none can end the string
 * that it stands in and add members of its own.
 */
export function replaceInConfiguration(text: string, lookUp: (reference: Reference) => string | undefined): string {
  if (!isJson(text)) return replaceReferences(text, lookUp);
  return replaceReferences(text, (reference) => {
    const value = lookUp(reference);
    return value === undefined ? undefined : JSON.stringify(value).slice(1, -1);
  });
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
