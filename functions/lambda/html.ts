import { createHash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { pageStyle } from './page-style.ts';

/** HTML that may be put into a page as it is. */
export interface Html {
  readonly html: string;
}

/**
 * Builds HTML: every value that is not HTML itself is escaped, and what would change how it looks (controls, those of the direction of
 * writing too) is spelled out. Lists are joined.
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return {
    html: strings.reduce((text, part, index) => text + part + (index < values.length ? toHtml(values[index]) : ''), ''),
  };
}

/** A page: CSP without any script, style by its hash, never framed, never kept. */
export function page(statusCode: number, title: string, body: Html): APIGatewayProxyStructuredResultV2 {
  const content = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body><main>${body}</main></body>
</html>`;
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    },
    body: content.html,
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toHtml(value: unknown): string {
  if (Array.isArray(value)) return value.map(toHtml).join('');
  if (typeof value === 'object' && value !== null && 'html' in value) return String(value.html);
  return spelledOut(String(value ?? '')).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Controls but line feeds and tabs; and those of Unicode Standard Annex 9, which make a text look like another. */
const controls = /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu;

function spelledOut(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(controls, (control) => {
    const code = control.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** An address as it may stand in a link: what text spells out, an address encodes. */
export function encoded(address: string): string {
  return address.replace(controls, encodeURIComponent);
}

const styleHash = createHash('sha256').update(pageStyle).digest('base64');
