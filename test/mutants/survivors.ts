import { ofDomain } from './survivors/domain.ts';
import { ofHandlers } from './survivors/handlers.ts';

const reasons = [ofDomain, ofHandlers].flatMap((each) => Object.entries(each));
const known = new Map(reasons.flatMap(([reason, names]) => names.map((name) => [name, reason])));

/** The mutants that survive for a reason that is written down. */
export const knownSurvivors: ReadonlySet<string> = new Set(known.keys());

/** Why a mutant of the sources may survive; undefined where nobody has looked at it, or a test is missing. */
export function whySurvives(name: string): string | undefined {
  const text = /: (["'`])([^"'`]*)\1 → \S+ \(StringLiteral\)$/s.exec(name)?.[2];
  if (text !== undefined && /\w,? \w/.test(text)) return 'Only the wording of a message is another.';
  return known.get(name);
}
