import { runInNewContext } from 'node:vm';
import type { CommandPhase } from './buildspec.ts';
import { yamlError } from './failure.ts';

/** `phases.<phase>.on-failure`. */
export type OnFailure =
  | { readonly type: 'ABORT' }
  | { readonly type: 'CONTINUE' }
  | { readonly type: 'RETRY'; readonly times: number; readonly pattern: string };

/** What a failed phase leads to. `forgiven`: as after a success; `next`: the next phase, but the build has failed. */
type AfterFailure = 'retry' | 'forgiven' | 'next' | 'finalize';

const DEFAULT_TIMES = 3;
const MOST_TIMES = 100;
/** Milliseconds of the machine's time that a pattern may take: it is the user's, and backtracking can take for ever. */
const MATCH_TIME = 200;

/** Reads `ABORT`, `CONTINUE`, `RETRY`, `RETRY-<n>`, `RETRY-<regex>` or `RETRY-<n>-<regex>`. */
export function readOnFailure(text: string): OnFailure {
  if (text === 'ABORT' || text === 'CONTINUE') return { type: text };
  const [, rest] = /^RETRY(?:-(.*))?$/s.exec(text) ?? [];
  if (!text.startsWith('RETRY') || (rest === undefined && text !== 'RETRY')) {
    throw yamlError(`on-failure must be ABORT, CONTINUE or RETRY, not ${text}.`);
  }
  const [, count, pattern] = /^(\d+)(?:-(.+))?$/s.exec(rest ?? '') ?? [];
  const times = count === undefined ? DEFAULT_TIMES : Number(count);
  if (times > MOST_TIMES) throw yamlError(`on-failure may retry at most ${MOST_TIMES} times, not ${times}.`);
  return { type: 'RETRY', times, pattern: checked((count === undefined ? rest : pattern) || '.*') };
}

/** Decides what follows a phase that failed with `message` after `retries` retries of the build. */
export function afterFailure(
  phase: CommandPhase,
  onFailure: OnFailure | undefined,
  message: string,
  retries: number,
): AfterFailure {
  if (onFailure?.type === 'ABORT') return 'finalize';
  if (onFailure?.type === 'CONTINUE') return 'forgiven';
  if (onFailure?.type === 'RETRY' && retries < onFailure.times && matches(onFailure.pattern, message)) return 'retry';
  return phase === 'install' || phase === 'pre_build' ? 'finalize' : 'next';
}

function checked(pattern: string): string {
  try {
    new RegExp(pattern, 's');
    return pattern;
  } catch (error) {
    throw yamlError(`on-failure has an invalid pattern: ${(error as Error).message}.`);
  }
}

function matches(pattern: string, message: string): boolean {
  try {
    return runInNewContext('new RegExp(pattern, "s").test(message)', { pattern, message }, { timeout: MATCH_TIME });
  } catch {
    return false;
  }
}
