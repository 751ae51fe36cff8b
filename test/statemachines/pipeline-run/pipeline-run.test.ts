import { describe, expect, it } from 'vitest';
import { pipelineRun } from './machine.ts';
import { play } from './play.ts';
import { scenarios } from './scenarios.ts';

describe('the machine of a pipeline run', () => {
  for (const scenario of scenarios) {
    it(scenario.name, async () => {
      expect((await play(pipelineRun, scenario)).seen).toEqual(scenario.seen);
    });
  }
});
