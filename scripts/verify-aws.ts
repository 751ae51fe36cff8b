import { createInterface } from 'node:readline/promises';
import { CleanUp } from './verify-aws/clean-up.ts';
import { type Options, readOptions, usage } from './verify-aws/options.ts';
import { documentIds, verifyAws } from './verify-aws/verify.ts';

const cost = `This deploys one or two stacks of Sluice into your account, runs some minutes of CodeBuild and a few thousand requests, and
deletes all of it: about half an hour, and well under 1 USD at list prices. Keys of KMS go seven days after, without charge till then.`;

/** In-flight calls that make something are given this long after Ctrl-C. Milliseconds. */
const GRACE = 3000;

/**
 * `npm run verify:aws`: goes the walk of docs/deploying.md in an account with real services and reports each line of
 * docs/unverified-on-aws.md as confirmed, refuted or not probed. Status 1 if a line is refuted, a step failed or something is left.
 */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), documentIds());
  if (!(await agreed(options))) return 1;
  const cleanUp = new CleanUp();
  endOnSignal(cleanUp, options);
  const began = performance.now();
  const say = (what: string) =>
    console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${what}`);
  const { report, findings, troubles, left } = await verifyAws(options, cleanUp, say);
  console.log(`\n${report}`);
  if (troubles.length > 0) console.log(`\nSteps that failed:\n${troubles.map((each) => `  ${each}`).join('\n')}`);
  tellLeft(left, options);
  const refuted = [...findings.values()].some(({ verdict }) => verdict === 'refuted');
  return refuted || troubles.length > 0 || (left.length > 0 && !options.keep) ? 1 : 0;
}

/** Asks whoever pays, unless told not to; a local stack costs nothing. */
async function agreed({ yes, endpointUrl }: Options): Promise<boolean> {
  if (yes || endpointUrl !== undefined) return true;
  console.log(cost);
  if (!process.stdin.isTTY) throw new Error('Nobody can be asked here: say --yes.');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question('Go on? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}

/** Ctrl-C: nothing more is made, what there is goes, then the process ends. */
function endOnSignal(cleanUp: CleanUp, options: Options): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    cleanUp.stop();
    console.log('\nBroken off: deletes what was made. Wait for it.');
    setTimeout(() => {
      const removed = options.keep ? Promise.resolve(cleanUp.left) : cleanUp.run();
      void removed.then((left) => {
        tellLeft(left, options);
        process.exit(130);
      });
    }, GRACE);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
}

function tellLeft(left: readonly string[], { keep }: Options): void {
  if (left.length === 0) return;
  console.log(`\n${keep ? 'Kept' : 'Could not be deleted'}:\n${left.map((each) => `  ${each}`).join('\n')}`);
}

await main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exitCode = 1;
  },
);
