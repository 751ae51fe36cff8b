import { type Decision, decisionPartition } from '../domain/decision.ts';
import { isNew, list, mostWrites, type Write, write } from './table.ts';

/** As long as runs are kept. */
const history = 365 * 24 * 60 * 60;

/** What was decided about a revision of this id; a hundred decisions at most. */
export async function decisionsOn(revision: string): Promise<readonly Decision[]> {
  const { items } = await list(decisionPartition(revision), `${revision}#`, { limit: 100, newestFirst: true });
  return items as unknown as readonly Decision[];
}

/** The write that keeps a decision. */
export function putDecision(decision: Decision): Write {
  const { revision, id, at } = decision;
  const key = { pk: decisionPartition(revision), sk: `${revision}#${id}` };
  return { put: { ...key, ...decision, expires: Math.floor(at / 1000) + history }, condition: isNew };
}

/** Keeps decisions that started nothing. */
export async function keepDecisions(decisions: readonly Decision[]): Promise<void> {
  for (let start = 0; start < decisions.length; start += mostWrites)
    await write(decisions.slice(start, start + mostWrites).map(putDecision));
}
