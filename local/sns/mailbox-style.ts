/** The stylesheet of the mailbox's pages: system font, light and dark, from 320 pixels of width. */
export const STYLE = `:root {
  color-scheme: light dark;
  --paper: #f7f7f5;
  --card: #ffffff;
  --ink: #1d2126;
  --quiet: #565d66;
  --line: #dcdedb;
  --link: #0b57a4;
  --hover: #eef3f8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c;
    --card: #1d2126;
    --ink: #e9ebed;
    --quiet: #a9b1ba;
    --line: #343a41;
    --link: #8cc0f5;
    --hover: #262c33;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 46rem;
  padding: 2.5rem 1.25rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
header { margin-bottom: 1.75rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.3; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.5rem; font-size: 1.1rem; }
p { margin: 0; max-width: 65ch; }
.lead { margin-top: 0.35rem; color: var(--quiet); }
header nav { margin-bottom: 0.75rem; }
a { color: var(--link); text-underline-offset: 0.2em; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1.25rem; top: 0.75rem; padding: 0.25rem 0.75rem; background: var(--card); }
.mails, .empty, .facts, .text {
  margin: 0;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 10px;
}
.mails { padding: 0; list-style: none; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0.1rem 1.25rem;
  padding: 0.9rem 1.25rem;
  color: inherit;
  text-decoration: none;
}
.mails a:hover { background: var(--hover); }
.mails li:first-child a { border-radius: 9px 9px 0 0; }
.mails li:last-child a { border-radius: 0 0 9px 9px; }
.mails li:only-child a { border-radius: 9px; }
.subject { grid-column: 1 / -1; font-weight: 600; }
.mails a:hover .subject { text-decoration: underline; text-underline-offset: 0.2em; }
.to, time { color: var(--quiet); font-size: 0.9rem; }
time { font-variant-numeric: tabular-nums; }
.empty { padding: 3rem 1.5rem; text-align: center; color: var(--quiet); }
.empty h2 { color: var(--ink); }
.empty p { margin: 0 auto; max-width: 26rem; }
.paging { display: flex; gap: 1.5rem; margin-top: 1.25rem; }
.facts { display: grid; gap: 0.35rem; padding: 1rem 1.25rem; border-radius: 10px 10px 0 0; }
.facts div { display: grid; grid-template-columns: 4rem 1fr; gap: 0.75rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
.facts time { color: inherit; font-size: inherit; }
.text { padding: 1.5rem 1.25rem; border-top: 0; border-radius: 0 0 10px 10px; white-space: pre-wrap; }
@media (max-width: 30rem) {
  body { padding: 1.5rem 0.875rem 3rem; }
  .mails a { grid-template-columns: 1fr; padding: 0.9rem 1rem; }
  .facts, .text { padding-inline: 1rem; }
}
`;
