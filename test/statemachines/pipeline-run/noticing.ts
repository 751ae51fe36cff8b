import { pipelineRun } from './machine.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { behaves, play } from './play.ts';
import { scenarios } from './scenarios.ts';

/** What becomes of a mutant: a scenario notices it, or none does, or Step Functions would not take the definition. */
type Outcome = 'killed' | 'survived' | 'refused';

/** Tries mutants of the machine, one after the other, each with the scenarios that enter the state that it changes. */
export async function* tried(
  mutants: readonly Mutant[] = mutantsOf(pipelineRun),
): AsyncGenerator<{ readonly mutant: Mutant; readonly outcome: Outcome }> {
  const entered = new Map<string, ReadonlySet<string>>();
  for (const scenario of scenarios) entered.set(scenario.name, (await play(pipelineRun, scenario)).entered);
  for (const mutant of mutants) {
    const { state } = mutant;
    const touched = scenarios.filter(({ name }) => state === undefined || entered.get(name)?.has(state));
    yield { mutant, outcome: await outcomeOf(mutant, touched) };
  }
}

async function outcomeOf({ definition }: Mutant, touched: typeof scenarios): Promise<Outcome> {
  try {
    for (const scenario of touched) if (!(await behaves(definition, scenario))) return 'killed';
    return 'survived';
  } catch (error) {
    if ((error as { code?: string }).code === 'InvalidDefinition') return 'refused';
    throw error;
  }
}
