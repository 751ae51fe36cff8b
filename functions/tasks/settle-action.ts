import { settle } from '../domain/action.ts';
import { completeAction } from '../engine/complete-action.ts';
import { task } from '../lambda/task.ts';

/** What the state machine hands over when it has given up on an action's task. */
export interface SettleInput {
  readonly id: string;
  readonly error: string;
  readonly cause?: string;
}

/** Settle action: records what the action comes to, unless its result came first. */
export const handler = task(
  'Settle action',
  ({ id, error }: SettleInput) => ({ id, error }),
  async ({ id, error, cause }, { now }) => {
    await completeAction(id, (action) => settle(action, { name: error, cause: cause ?? '' }, now), now);
  },
);
