/** The one style of all pages: colours and type are the console's. Wide and narrow, light and dark, no sideways scrolling. */
export const pageStyle = `:root {
  color-scheme: light dark;
  --paper: #f6f7f7;
  --card: #fff;
  --ink: #1c2127;
  --quiet: #555d67;
  --line: #d9dcdf;
  --edge: #7b838c;
  --link: #0b57a4;
  --good: #0a6b3d;
  --bad: #b0221b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b;
    --card: #1c2025;
    --ink: #e8eaec;
    --quiet: #a8b0b9;
    --line: #343a42;
    --edge: #7b838c;
    --link: #8cc0f5;
    --good: #6ed09a;
    --bad: #ff9d95;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
main { max-width: 48rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.25; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.75rem; font-size: 1.15rem; line-height: 1.35; }
h3 { margin: 0 0 0.35rem; font-size: 1rem; line-height: 1.4; }
p { margin: 0; }
p + p, p + pre, pre + p { margin-top: 0.75rem; }
section { margin-top: 2.25rem; }
a { color: var(--link); text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875em; }
pre code { font-size: inherit; }
pre { margin: 0; padding: 0.75rem 1rem; background: var(--paper); border-radius: 6px; line-height: 1.5; white-space: pre-wrap; }
time { font-variant-numeric: tabular-nums; }
time, .whole { white-space: nowrap; }
.quiet { color: var(--quiet); }
.lead { margin-top: 0.5rem; color: var(--quiet); }
.lead strong { color: var(--ink); font-weight: 600; }
.said { white-space: pre-wrap; }
.card { padding: 1.1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card + .card { margin-top: 0.75rem; }
h1 + .card, .lead + .card { margin-top: 1.5rem; }
.card + .after { margin-top: 1.25rem; }
.good, .bad, .over { border-top-width: 4px; }
.good { border-top-color: var(--good); }
.bad { border-top-color: var(--bad); }
.over { border-top-color: var(--quiet); }
.digest { display: block; font-size: 0.8125em; }
.verdict { display: inline-flex; align-items: center; vertical-align: top; gap: 0.4rem; }
.good .verdict { color: var(--good); }
.bad .verdict { color: var(--bad); }
svg { width: 1rem; height: 1rem; fill: currentcolor; }
svg path:last-child { fill: none; stroke: var(--card); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
dl { display: grid; grid-template-columns: 8.75rem minmax(0, 1fr); gap: 0.4rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
p + dl, dl + p { margin-top: 0.9rem; }
label { display: block; margin-bottom: 0.4rem; font-weight: 600; }
label span { color: var(--quiet); font-weight: 400; }
textarea {
  display: block;
  width: 100%;
  min-height: 6rem;
  padding: 0.6rem 0.75rem;
  border: 1px solid var(--edge);
  border-radius: 6px;
  background: var(--paper);
  color: inherit;
  font: inherit;
  resize: vertical;
}
.choices { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1rem; }
button {
  min-width: 9rem;
  min-height: 2.75rem;
  padding: 0.5rem 1.5rem;
  border: 2px solid;
  border-radius: 8px;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
.approve { border-color: var(--good); background: var(--good); color: var(--card); }
.reject { border-color: var(--bad); background: transparent; color: var(--bad); }
button:hover { text-decoration: underline; text-underline-offset: 0.2em; }
.choices + p { margin-top: 1rem; color: var(--quiet); font-size: 0.875rem; }
@media (max-width: 36rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.45rem; }
  .card { padding: 1rem; }
  pre { padding: 0.6rem 0.75rem; font-size: 0.8125em; }
  dl { display: block; }
  dt { font-size: 0.875rem; }
  dd + dt { margin-top: 0.6rem; }
  button { flex: 1 1 100%; }
}`;
