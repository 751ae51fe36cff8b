import { expect, it } from 'vitest';
import { pipelineRun } from './machine.ts';
import { mutantsOf } from './mutants.ts';
import { tried } from './noticing.ts';
import { survivors } from './survivors.ts';

/** A share: `npm run mutants` tries all. */
const each = 80;

it('what is changed in the machine is noticed by a scenario', { timeout: 120_000 }, async () => {
  const share = mutantsOf(pipelineRun).filter((_, index) => index % each === 0);
  const unnoticed: string[] = [];

  for await (const { mutant, outcome } of tried(share)) if (outcome === 'survived') unnoticed.push(mutant.name);

  expect(unnoticed.filter((name) => !survivors.has(name))).toEqual([]);
});

it('no survivor is listed that is no mutant any more', () => {
  const names = new Set(mutantsOf(pipelineRun).map(({ name }) => name));

  expect([...survivors.keys()].filter((name) => !names.has(name))).toEqual([]);
});
