import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { Outcome } from './score.ts';

/** Sources, and the tests that are to notice what is changed in them: those of their own kind, not the end-to-end ones. */
interface Part {
  readonly name: string;
  readonly mutate: string;
  readonly testFiles: readonly string[];
}

const parts: readonly Part[] = [
  {
    name: 'domain',
    mutate: 'functions/domain/**/*.ts',
    testFiles: ['test/domain/**/*.test.ts', 'test/hostile/texts.test.ts', 'test/statemachines/history-budget.test.ts'],
  },
  {
    name: 'handlers',
    mutate: 'functions/{tasks,listeners}/**/*.ts',
    testFiles: ['test/tasks/**/*.test.ts', 'test/handlers/**/*.test.ts', 'test/listeners/**/*.test.ts'],
  },
];
const root = join(import.meta.dirname, '..', '..');

/**
 * Lets Stryker make mutants of the sources, or of the files that are chosen. What it knows of unchanged code and of tests of the same titles is
 * not tried again: remove `.sluice/mutants` after a change of what tests do. What is changed where a file is loaded, in tables and patterns, takes
 * all tests for each mutant.
 *
 * Stryker names the tests to run in one pattern of their titles, and a mutant that they cannot all be named for is not tried: keep titles short.
 */
export async function triedSources(chosen: readonly string[] | undefined): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, mutate, testFiles } of parts) {
    const files = chosen?.filter((file) => file.startsWith('functions/domain/') === (name === 'domain')) ?? [mutate];
    if (files.length > 0) outcomes.push(...(await tried(name, files, testFiles)));
  }
  return outcomes;
}

async function tried(name: string, mutate: readonly string[], testFiles: readonly string[]): Promise<Outcome[]> {
  // Tests of handlers replace modules and variables; those of the domain replace nothing.
  process.env['SLUICE_MUTANTS_ISOLATE'] = name === 'domain' ? 'no' : 'yes';
  // Not by Stryker's own option: with that, static mutants would be switched on only when a file is loaded already.
  process.env['SLUICE_MUTANTS_TESTS'] = testFiles.join();
  const stryker = new Stryker({
    mutate: [...mutate],
    configFile: 'test/mutants/stryker.json',
    incrementalFile: `.sluice/mutants/${name}.json`,
  });
  const results = await stryker.runMutationTest();
  return results.flatMap(({ fileName, mutatorName, location, replacement, status }): Outcome[] => {
    const file = fileName.slice(root.length + 1);
    const { line, original } = placeOf(fileName, location);
    const name = `${file}: ${short(line)}: ${short(original)} → ${short(replacement)} (${mutatorName})`;
    if (status === 'Killed' || status === 'Timeout') return [{ part: dirname(file), name, status: 'killed' }];
    if (status === 'Survived' || status === 'NoCoverage') return [{ part: dirname(file), name, status: 'survived' }];
    // What could not be tried tells nothing.
    return [];
  });
}

type Location = Awaited<ReturnType<Stryker['runMutationTest']>>[number]['location'];

/** The line where a mutant begins, and what it replaces. The report counts lines and columns from one. */
function placeOf(file: string, { start, end }: Location): { readonly line: string; readonly original: string } {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const parts = lines.map((line, at) =>
    line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : line.length),
  );
  return { line: lines[0] ?? '', original: parts.join(' ') };
}

function short(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 60)} … ${line.slice(-30)}` : line;
}
