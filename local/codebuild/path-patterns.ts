import { runInNewContext } from 'node:vm';
import picomatch from 'picomatch';
import { PhaseFailure } from './failure.ts';

const LONGEST = 1024;
/** Milliseconds of the machine's time that a batch may take: the patterns are the user's, and backtracking can take for ever. */
const MATCH_TIME = 1000;
const BATCH = 500;

/** The paths, each with something of its own, that one of the patterns matches. Patterns too long or too slow are a CLIENT_ERROR. */
export function matching<T extends { readonly path: string }>(patterns: readonly string[], items: readonly T[]): T[] {
  const tests = patterns.map((glob) => ({ glob, expression: expressionOf(glob) }));
  const found: T[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    const batch = items.slice(start, start + BATCH);
    const matches = matchesOf(
      tests,
      batch.map(({ path }) => path),
    );
    found.push(...batch.filter((_, index) => matches[index]));
  }
  return found;
}

function expressionOf(glob: string): RegExp {
  if (glob.length > LONGEST)
    throw new PhaseFailure('CLIENT_ERROR', `The pattern ${glob.slice(0, 100)}… is over ${LONGEST} characters long.`);
  return picomatch.makeRe(glob, { dot: true });
}

const SCRIPT = 'paths.map((path) => tests.some(({ glob, expression }) => path === glob || expression.test(path)))';

function matchesOf(tests: readonly object[], paths: readonly string[]): readonly boolean[] {
  try {
    return runInNewContext(SCRIPT, { tests, paths }, { timeout: MATCH_TIME });
  } catch (cause) {
    const patterns = tests.map(({ glob }: { glob?: string }) => glob).join(', ');
    throw new PhaseFailure('CLIENT_ERROR', `The patterns ${patterns.slice(0, 1000)} take too long to match.`, {
      cause,
    });
  }
}
