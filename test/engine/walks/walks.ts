import { parseArgs } from 'node:util';
import { replaceModules } from '../simulation/replace.ts';
import { decode, encode } from './code.ts';
import { Coverage } from './coverage.ts';
import { planted } from './planted.ts';
import { shrink } from './shrink.ts';
import type { Walked } from './walk.ts';

const { values } = parseArgs({
  options: {
    walks: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Walk again as a walk that failed did. */
    replay: { type: 'string' },
    /** Every call of the walk, and all that was done. */
    trace: { type: 'boolean', default: false },
    /** With a planted defect: until it is found. */
    break: { type: 'string' },
    /** How many walks a failure may take to be made simpler. */
    shrink: { type: 'string', default: '1500' },
    /** How many of the rarest cells of the coverage are told. */
    rarest: { type: 'string', default: '30' },
  },
});
const broken = values.break === undefined ? undefined : planted[values.break];
if (values.break !== undefined && !broken)
  throw new Error(`There is no break '${values.break}'. These are: ${Object.keys(planted).join('; ')}.`);

replaceModules(broken?.patches);
const { walk } = await import('./walk.ts');
const { drawn, repeated } = await import('../simulation/choices.ts');

if (values.replay === undefined) await walkAll(Number(values.seed), Number(values.walks));
else tell(await walk(repeated(decode(values.replay))));

async function walkAll(first: number, count: number): Promise<void> {
  const began = performance.now();
  const coverage = new Coverage();
  let [walks, failed] = [0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const walked = await walk(drawn(seed));
    walks++;
    coverage.add(walked);
    if (walks % 500 === 0) console.log(`${walks} walks, ${failed || 'none'} failed so far.`);
    if (!walked.failure) continue;
    failed++;
    console.log(`Walk ${seed} fails: ${walked.failure.message}`);
    tell(await shrink({ ...walked, failure: walked.failure }, walk, Number(values.shrink)));
    if (broken?.promised === walked.failure.what) break;
  }
  console.log(coverage.report(Number(values.rarest)));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${walks} walks, ${failed || 'none'} failed, from seed ${first}, in ${seconds} s.`);
}

/** Tells of a walk that failed what it takes to fail, and how to walk it again. */
function tell({ made, failure, trace }: Walked): void {
  if (values.trace) console.log(trace.join('\n'));
  if (!failure) {
    console.log('It does not fail.');
    return;
  }
  process.exitCode = 1;
  console.log(`FAILS: ${failure.message}\nIt takes ${made.size} choices:`);
  for (const [name, value] of made) console.log(`  ${name}: ${value}`);
  const options = values.break === undefined ? '' : ` --break '${values.break}'`;
  console.log(`Again: npm run walks --${options} --replay ${encode(made)}\n`);
}
