/** Elements of an answer: a text, a list, or further elements. Undefined ones are left out. */
export interface Elements {
  readonly [name: string]: string | Elements | readonly (string | Elements)[] | undefined;
}

/** An answer in the query protocol. */
export function responseXml(operation: string, result: Elements, requestId: string): string {
  const body = elements({ [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } });
  return `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${body}</${operation}Response>`;
}

function elements(values: Elements): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${content(value ?? '')}</${name}>`)
    .join('');
}

function content(value: string | Elements | readonly (string | Elements)[]): string {
  if (typeof value === 'string') return escapeXml(value);
  if (isList(value)) return value.map((member) => `<member>${content(member)}</member>`).join('');
  return elements(value);
}

function isList(value: Elements | readonly (string | Elements)[]): value is readonly (string | Elements)[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
