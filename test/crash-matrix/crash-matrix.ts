import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Fault, faults } from './faults.ts';
import { type Choice, matrix, type Row, type Violation } from './matrix.ts';
import { referenceRuns } from './reference-runs.ts';

const { values } = parseArgs({
  options: {
    run: { type: 'string' },
    point: { type: 'string' },
    fault: { type: 'string' },
    seed: { type: 'string', default: '1' },
    every: { type: 'string', default: process.env['SLUICE_MATRIX_EVERY'] ?? '1' },
    first: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

if (process.send) await work();
else process.exitCode = await lead();

function choice(): Choice {
  const { run, point, fault, seed, every, first } = values;
  if (fault !== undefined && !(faults as readonly string[]).includes(fault))
    throw new Error(`There is no fault ${fault}; there are ${faults.join(', ')}.`);
  return {
    seed: Number(seed),
    every: Number(every),
    first: Number(first) % Number(every),
    ...(run === undefined ? {} : { runs: run.split(',') }),
    ...(point === undefined ? {} : { points: point.split(',').map(Number) }),
    ...(fault === undefined ? {} : { faults: [fault as Fault] }),
  };
}

/** A part of the matrix, told to the process that leads. */
async function work(): Promise<void> {
  for await (const row of matrix(choice())) process.send?.(row);
  process.disconnect();
}

/** The matrix, shared among processes: prints a line for each reference run, and what was broken. */
async function lead(): Promise<number> {
  const { every = 1, first = 0, ...chosen } = choice();
  const workers = Math.max(1, Math.min(Number(values.workers), chosen.points ? 1 : 64));
  const parts = Array.from({ length: workers }, (_, index) => part(every * workers, first + index * every));
  const rows = (await Promise.all(parts)).flat();
  const runs = chosen.runs ?? Object.keys(referenceRuns);
  for (const run of runs)
    print(
      run,
      rows.filter((row) => row.run === run),
    );
  const violations = rows.flatMap((row) => row.violations);
  for (const violation of violations.slice(0, 20)) tell(violation);
  const points = runs.map((run) => rows.find((row) => row.run === run)?.points ?? 0).reduce(sum, 0);
  const worlds = rows.map((row) => row.worlds).reduce(sum, 0);
  const checks = rows.map((row) => row.checks).reduce(sum, 0);
  console.log(
    `${points} points × ${faults.length} faults, seed ${values.seed}: ${worlds} worlds, ${checks} checks evaluated, violations: ${violations.length}`,
  );
  return violations.length > 0 ? 1 : 0;
}

/** One process's rows. */
function part(every: number, first: number): Promise<readonly Row[]> {
  const more = process.argv.slice(2);
  const child = fork(import.meta.filename, [...more, '--every', String(every), '--first', String(first)]);
  const rows: Row[] = [];
  child.on('message', (row) => rows.push(row as Row));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) =>
      code === 0 ? resolve(rows) : reject(new Error(`A part of the matrix ended with ${code}.`)),
    );
  });
}

function print(run: string, rows: readonly Row[]): void {
  const [first] = rows;
  const worlds = rows.map((row) => row.worlds).reduce(sum, 0);
  const violations = rows.map((row) => row.violations.length).reduce(sum, 0);
  console.log(
    `${run.padEnd(16)} ${first?.points ?? 0} points × ${faults.length} faults, ${worlds} worlds, violations: ${violations}`,
  );
}

function tell({ run, point, call, fault, what, trace }: Violation): void {
  console.log(`\n${run}, call ${point} (${call}), ${fault}: ${what}`);
  console.log(trace.map((line) => `    ${line}`).join('\n'));
  console.log(
    `  Again: npm run crash-matrix -- --run ${run} --point ${point} --fault '${fault}' --seed ${values.seed}\n`,
  );
}

function sum(a: number, b: number): number {
  return a + b;
}
