/** Elements of an answer: a text, a list, or further elements. */
export interface Elements {
  readonly [name: string]: string | Elements | readonly Elements[];
}

/** An answer in the query protocol. */
export function responseXml(operation: string, result: Elements, requestId: string): string {
  const body = elements({ [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } });
  return `<${operation}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${body}</${operation}Response>`;
}

function elements(values: Elements): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${content(value)}</${name}>`)
    .join('');
}

function content(value: string | Elements | readonly Elements[]): string {
  if (typeof value === 'string') return escapeXml(value);
  return isList(value) ? value.map((member) => `<member>${elements(member)}</member>`).join('') : elements(value);
}

function isList(value: Elements | readonly Elements[]): value is readonly Elements[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
