import { ROOT } from './address.ts';
import { type Html, html } from './markup.ts';

/** A page of the console. */
export interface Page {
  readonly title: string;
  /** The name of the page among its pipelines; the list has none. */
  readonly here?: string;
  /** The `main` element. */
  readonly main: Html;
  /** Without the script the page is loaded again after so many seconds. */
  readonly refresh?: number;
}

/** The frame of every page. The script is one file of its own and only keeps `main[data-live]` fresh. */
export function documentOf({ title, here, main, refresh }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${ROOT}/style.css">
<script type="module" src="${ROOT}/page.js"></script>
${refresh === undefined ? undefined : html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`}
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<nav aria-label="Breadcrumb"><ol>
<li><a href="${ROOT}/"${here === undefined ? html` aria-current="page"` : undefined}>Pipelines</a></li>
${here === undefined ? undefined : html`<li><span aria-current="page">${here}</span></li>`}
</ol></nav>
<p id="connection" role="status"></p>
<a href="/mail/">Mailbox</a>
</header>
${main}
</body>
</html>
`;
}

/** The part that the script keeps fresh from an address. `moving`: something goes on, look again soon. */
export function mainOf(given: { title: string; live?: string; moving?: boolean }, content: Html): Html {
  const live = given.live === undefined ? undefined : html` data-live="${given.live}"`;
  return html`<main id="content" data-title="${given.title}"${live}${given.moving ? html` data-moving` : undefined}>
${content}
</main>`;
}
