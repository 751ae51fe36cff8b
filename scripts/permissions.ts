import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { yamlParse } from 'yaml-cfn';
import { readQuestions } from './permissions/records.ts';
import { type Usage, usagesOf } from './permissions/usage.ts';

const root = join(import.meta.dirname, '..');
const exceptionsFile = 'docs/permissions-exceptions.md';

/** A part of a policy that stays though no recorded call needs it; with a statement also its actions and resources. */
export interface Exception {
  readonly owner: string;
  readonly what: string;
}

/** The exceptions of a text: lines like "- `Owner` `statement 1: action a:B`: why". Throws on one without a reason. */
export function readExceptions(text: string): readonly Exception[] {
  const lines = text.split('\n').filter((line) => line.startsWith('- '));
  return lines.flatMap((line) => {
    const [, owners, what] = /^- ((?:`[^`]+`(?:, )?)+) `([^`]+)`: \S.{20}/.exec(line) ?? [];
    if (owners === undefined || what === undefined) throw new Error(`${exceptionsFile}: this is no exception: ${line}`);
    return [...owners.matchAll(/`([^`]+)`/g)].map(([, owner = '']) => ({ owner, what }));
  });
}

/** Whether an exception names a part of a policy, or the statement that it is of. */
function isArgued({ owner, what }: Usage, exceptions: readonly Exception[]): boolean {
  return exceptions.some((one) => one.owner === owner && (what === one.what || what.startsWith(`${one.what}: `)));
}

/** What is wrong: parts that nobody needs and no exception names, and exceptions that are none. */
export function faultsOf(
  usages: readonly Usage[],
  exceptions: readonly Exception[],
  roles: readonly string[],
): readonly string[] {
  const unused = usages.filter((usage) => !usage.used && !isArgued(usage, exceptions));
  const unheard = roles.filter((role) => !usages.some(({ owner }) => owner === role));
  // A role that nobody is to assume, and whose trust says why, is heard of by nobody.
  const unassumed = unheard.filter((role) => exceptions.some(({ owner }) => owner === `trust of ${role}`));
  const silent = unheard.filter((role) => !unassumed.includes(role));
  const idle = exceptions.filter(
    ({ owner, what }) =>
      !unassumed.some((role) => owner === `trust of ${role}`) &&
      !usages.some((one) => !one.used && one.owner === owner && one.what === what),
  );
  return [
    ...unused.map(({ owner, what }) => `${owner}, ${what}: no recorded call needs it.`),
    ...idle.map(({ owner, what }) => `${exceptionsFile}: ${owner}, ${what} is needed, or is not there.`),
    ...silent.map((role) => `${role}: no call of this role was recorded.`),
  ];
}

/** The roles that the template has or that SAM makes for its functions. */
function rolesOfTemplate(): readonly string[] {
  const template = yamlParse(readFileSync(join(root, 'template.yaml'), 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  return Object.entries(template.Resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::Serverless::Function' ? [`${id}Role`] : Type === 'AWS::IAM::Role' ? [id] : [],
  );
}

async function main(): Promise<void> {
  const folder = process.argv[2] ?? process.env['SLUICE_RECORD'];
  if (!folder)
    throw new Error('Name the folder of records: SLUICE_RECORD=FOLDER npm test, then npm run permissions -- FOLDER.');
  const questions = await readQuestions(folder);
  const usages = usagesOf(questions, 'sluice');
  const exceptions = readExceptions(readFileSync(join(root, exceptionsFile), 'utf8'));
  for (const owner of new Set(usages.map((usage) => usage.owner))) {
    const own = usages.filter((usage) => usage.owner === owner);
    console.log(
      `${owner}: ${own.filter(({ used }) => used).length} used, ${own.filter(({ used }) => !used).length} unused`,
    );
  }
  const faults = faultsOf(usages, exceptions, rolesOfTemplate());
  for (const fault of faults) console.log(`FAILED ${fault}`);
  const unused = usages.filter(({ used }) => !used);
  const argued = unused.filter((usage) => isArgued(usage, exceptions));
  console.log(
    `${questions.length} recorded questions: ${usages.length - unused.length} parts of policies used, ${unused.length} unused, ${argued.length} of these argued.`,
  );
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
