const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** The element of an id, from its opening tag to its end. */
export function part(page: string, id: string): string {
  const at = page.indexOf(` id="${id}"`);
  if (at < 0) throw new Error(`The page has no element ${id}.`);
  const start = page.lastIndexOf('<', at);
  const tag = /^<(\w+)/.exec(page.slice(start))?.[1];
  let depth = 0;
  for (const { 0: found, index } of page.slice(start).matchAll(new RegExp(`<(/?)${tag}\\b[^>]*>`, 'g'))) {
    depth += found.startsWith('</') ? -1 : 1;
    if (depth === 0) return page.slice(start, start + index + found.length);
  }
  throw new Error(`The element ${id} has no end.`);
}

/** What a reader sees of HTML, white space made one space. */
export function textOf(markup: string): string {
  return markup
    .replace(/^[^<]*>/, '')
    .replace(/<span class="hidden">[^<]*<\/span>/g, '')
    .replace(/<\/?(?:p|div|dt|dd|dl|h\d|li|ul|ol|td|tr|svg|summary|details|table|section|pre)\b[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (found) => ENTITIES[found] ?? found)
    .replace(/\s+/g, ' ')
    .trim();
}
