import { invalidParameter, number } from '../input.ts';
import { namedGroup } from '../names.ts';
import type { Operation } from '../operation.ts';

const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** PutRetentionPolicy: events older than this many days are removed. */
export const putRetentionPolicy: Operation = (input, { store, context }) => {
  const group = namedGroup(store, input, context);
  store.changeGroup(group.id, { retention: checkRetention(number(input, 'retentionInDays')) });
  return {};
};

/** Refuses a number of days that AWS does not offer. */
export function checkRetention(days: unknown): number {
  if (typeof days === 'number' && DAYS.includes(days)) return days;
  throw invalidParameter(`retentionInDays must be one of ${DAYS.join(', ')}, not ${days}.`);
}
