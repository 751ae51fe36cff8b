import type { Verdict } from './probe.ts';

/** What came of one line. */
export type Finding = Verdict | { readonly verdict: 'not probed'; readonly why: string };

/** Where the walk went: only AWS confirms. */
export type Where = 'AWS' | 'the local stack';

/** The ids of docs/unverified-on-aws.md, in its order. Throws for a line without one, or one given twice. */
export function idsOf(document: string): readonly string[] {
  const lines = document.split('\n').filter((line) => line.startsWith('- '));
  const ids = lines.map((line) => {
    const id = /^- `([a-z0-9-]+)` \S/.exec(line)?.[1];
    if (id === undefined) throw new Error(`A line of the document has no id: ${line.slice(0, 80)}`);
    return id;
  });
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two lines of the document have the id ${twice}.`);
  return ids;
}

/** One line for each id, in order, and how many of each kind. No id is missing: what nobody looked at says so. */
export function report(ids: readonly string[], findings: ReadonlyMap<string, Finding>, where: Where): string {
  const width = Math.max(...ids.map((id) => id.length));
  const rows = ids.map((id) => {
    const finding = findings.get(id) ?? { verdict: 'not probed', why: 'the walk ended before' };
    const seen = finding.verdict === 'not probed' ? finding.why : finding.seen;
    return { id, word: wordFor(finding.verdict, where), seen: oneLine(seen) };
  });
  const words = Math.max(...rows.map(({ word }) => word.length));
  const lines = rows.map(({ id, word, seen }) => `${id.padEnd(width)}  ${word.padEnd(words)}  ${seen}`);
  const counts = [...new Set(rows.map(({ word }) => word))].map(
    (word) => `${rows.filter((row) => row.word === word).length} ${word}`,
  );
  return [...lines, '', `${counts.join(', ')} (${where})`].join('\n');
}

function wordFor(verdict: Finding['verdict'], where: Where): string {
  if (where === 'AWS' || verdict === 'not probed') return verdict;
  return verdict === 'confirmed' ? 'tried on the local stack' : 'differs on the local stack';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 400);
}
