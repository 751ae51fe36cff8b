import { pipelineRun } from '../statemachines/pipeline-run/machine.ts';
import { mutantsOf } from '../statemachines/pipeline-run/mutants.ts';
import { tried } from '../statemachines/pipeline-run/noticing.ts';
import { survivors as ofMachine } from '../statemachines/pipeline-run/survivors.ts';
import { triedSources } from './of-sources.ts';
import { type Outcome, scoreOf, table, threshold } from './score.ts';
import { knownSurvivors, whySurvives } from './survivors.ts';

/** SLUICE_MUTANTS: files to make mutants of, with commas between; without it, all sources and the machine. */
const chosen = process.env['SLUICE_MUTANTS']?.split(',');
const machine = 'statemachines/pipeline-run.asl.json';

const ofSources = await triedSources(chosen?.filter((file) => file !== machine));
for (const outcomes of [await triedMachine(), ofSources]) {
  if (outcomes.length === 0) continue;
  const survived = new Set(outcomes.filter(({ status }) => status === 'survived').map(({ name }) => name));
  for (const name of survived)
    if (!ofMachine.has(name) && whySurvives(name) === undefined) console.log(`SURVIVED: ${name}`);
  for (const name of new Set(outcomes.map(({ name }) => name)))
    if (knownSurvivors.has(name) && !survived.has(name)) console.log(`KILLED, and written down: ${name}`);
  for (const line of table(outcomes)) console.log(line);
  if (scoreOf(outcomes) >= threshold) continue;
  console.log(`WRONG: less than ${threshold} % are killed.`);
  process.exitCode = 1;
}

async function triedMachine(): Promise<readonly Outcome[]> {
  const found: Outcome[] = [];
  if (chosen && !chosen.includes(machine)) return found;
  for await (const { mutant, outcome } of tried(mutantsOf(pipelineRun)))
    if (outcome !== 'refused') found.push({ part: machine, name: mutant.name, status: outcome });
  return found;
}
