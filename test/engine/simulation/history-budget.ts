/** As the engine has it, but for the budget: a world says how soon a run goes on in a new execution. */
export * from '../../../functions/domain/history-budget.ts';

export let budget = 20_000;

/** From now on. */
export function setBudget(events: number): void {
  budget = events;
}
