import { parseArgs } from 'node:util';
import { replaceModules } from '../simulation/replace.ts';
import { decode, encode } from './code.ts';
import { shrink } from './shrink.ts';
import type { Failure, Walked } from './walk.ts';

const { values } = parseArgs({
  options: {
    walks: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const shrinkingWalks = 1500;

replaceModules();
const { walk } = await import('./walk.ts');
const { drawn, repeated } = await import('../simulation/choices.ts');

if (values.replay === undefined) await walkAll(Number(values.seed), Number(values.walks));
else tell(await walk(repeated(decode(values.replay))), true);

async function walkAll(first: number, count: number): Promise<void> {
  const began = performance.now();
  let failed = 0;
  for (let seed = first; seed < first + count; seed++) {
    const walked = await walk(drawn(seed));
    const { failure } = walked;
    if (!failure) continue;
    failed++;
    console.log(`Walk ${seed} fails: ${failure.message}`);
    tell(await shrink({ ...walked, failure }, walk, shrinkingWalks), values.trace);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${count} walks, ${failed || 'none'} failed, from seed ${first}, in ${seconds} s.`);
}

/** Tells of a walk that failed what it takes to fail, and how to walk it again. */
function tell({ made, failure, trace }: Walked & { readonly failure?: Failure }, whole: boolean): void {
  if (whole) console.log(trace.join('\n'));
  if (!failure) {
    console.log('It does not fail.');
    return;
  }
  process.exitCode = 1;
  console.log(`FAILS: ${failure.message}\nIt takes ${made.size} choices:`);
  for (const [name, value] of made) console.log(`  ${name}: ${value}`);
  console.log(`Again: npm run walks -- --replay ${encode(made)}\n`);
}
