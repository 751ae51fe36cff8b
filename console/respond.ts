import type { ServiceResponse } from '../local/service.ts';
import { documentOf, mainOf, type Page } from './document.ts';
import { type Html, html } from './markup.ts';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Any answer of the console: never kept, never framed, nothing run or loaded but its own files. */
export function respond(
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse {
  return { status, headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8`, ...headers }, body };
}

/** A whole page. */
export function pageResponse(page: Page, status = 200): ServiceResponse {
  return respond(status, 'text/html', documentOf(page).html);
}

/** Only what changes of a page: its `main` element. */
export function liveResponse({ main }: Page): ServiceResponse {
  return respond(200, 'text/html', main.html);
}

/** A page that says why there is nothing to show. */
export function problemPage(status: number, title: string, why: Html): ServiceResponse {
  const main = mainOf({ title }, html`<h1>${title}</h1><p class="lead">${why}</p>`);
  return pageResponse({ title: `${title} – Pipelines`, here: title, main }, status);
}
