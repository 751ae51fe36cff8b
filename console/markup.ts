import { plainText } from './plain-text.ts';

/** HTML that may be put into a page as it is. Only `html` makes it. */
export interface Html {
  readonly html: string;
}

type Value = Html | string | number | undefined | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Builds HTML. Every value that is not HTML itself is made plain text and escaped, for content and quoted attributes alike. Lists are joined; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: strings.reduce((text, part, index) => text + toHtml(values[index - 1]) + part) };
}

function toHtml(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return plainText(value).replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
  return 'html' in value ? value.html : value.map(toHtml).join('');
}
