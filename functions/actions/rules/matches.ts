import { RE2JS } from 're2js';
import { Failure } from '../../engine/work.ts';

/**
 * Whether a whole text is as a regular expression of Java's says. It takes time linear in the text: either may come from a commit. What
 * cannot be had so (lookaround, references back), and what Java reads otherwise, is a `Failure`.
 */
export function matchesWhole(pattern: string, text: string): boolean {
  if (hasNestedClass(pattern))
    throw unread(pattern, 'a character class within another, or && in one, would not mean the same');
  return compile(pattern).matches(text);
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw unread(pattern, (cause as Error).message);
  }
}

/** Java joins and intersects classes, `[a-z&&[^b]]`; here each sign of them would stand for itself. */
function hasNestedClass(pattern: string): boolean {
  const bare = pattern.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]/g, '_');
  return /\[\^?\]?[^\]]*(?:\[|&&)/.test(bare);
}

function unread(pattern: string, why: string): Failure {
  return new Failure(
    'ConfigurationError',
    `The Value '${pattern.slice(0, 200)}' is no regular expression that Sluice reads (${why}): it must be one of Java's, without lookaround, references back and classes in classes.`,
  );
}
