import { createHash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** HTML that may be put into a page as it is. */
export interface Html {
  readonly html: string;
}

/** Builds HTML: every value that is not HTML itself is escaped. Lists are joined. */
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
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ html: style }}</style>
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
  return String(value ?? '').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const style = `:root{color-scheme:light dark;--ink:#1b2330;--soft:#4c596b;--ground:#f6f7f9;--card:#fff;--line:#d5dae2;--good:#0b6b43;--bad:#a3262b;--accent:#1f4fa8}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf1;--soft:#a9b4c4;--ground:#12161d;--card:#1a2029;--line:#343d4b;--good:#57c795;--bad:#f08d8f;--accent:#8db4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:44rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1rem;margin:2rem 0 .5rem;color:var(--soft)}
p{margin:.5rem 0}
.lead{color:var(--soft);margin:0 0 1.5rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.25rem;margin:1rem 0}
dl{display:grid;grid-template-columns:minmax(6.5rem,max-content) 1fr;gap:.35rem 1.25rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;min-width:0;white-space:pre-wrap}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{white-space:pre-wrap;margin:.5rem 0;padding:.75rem;background:var(--ground);border-radius:.4rem}
label{display:block;font-weight:600;margin-bottom:.35rem}
textarea{width:100%;min-height:6rem;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:.4rem}
.choices{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.5rem;border-radius:.4rem;border:2px solid currentcolor;background:var(--card);cursor:pointer}
button.approve{color:var(--good)}button.reject{color:var(--bad)}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}button{flex:1 1 100%}}`;

const styleHash = createHash('sha256').update(style).digest('base64');
