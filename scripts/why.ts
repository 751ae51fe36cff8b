import { describeStack } from './account/stack.ts';
import { readWhere, type Where } from './account/where.ts';
import { openAccount } from './doctor/account.ts';
import { whyNot } from './doctor/finding.ts';
import { line } from './doctor/plain.ts';
import { type Answer, whyCommit, whyRun } from './why/ask-table.ts';

const usage = 'npm run why -- COMMIT|RUN [--stack-name sluice] [--region R] [--endpoint-url URL]';

/** What is asked about, and where. */
export interface Given extends Where {
  readonly subject: { readonly run: string } | { readonly commit: string };
}

/** Reads the command line; throws one sentence about the first argument that is missing or wrong. */
export function readArguments(args: readonly string[]): Given {
  const { where, positionals } = readWhere(args);
  const [subject, ...others] = positionals;
  if (subject === undefined) throw new Error('A commit or the id of a run is missing.');
  if (others.length > 0) throw new Error(`One at a time: '${others[0]}' is one too many.`);
  return { subject: subjectOf(subject), ...where };
}

function subjectOf(text: string): Given['subject'] {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return { run: text };
  if (/^[0-9a-f]{7,64}$/.test(text)) return { commit: text };
  throw new Error(`'${text}' is neither a commit, of which 7 digits are enough, nor the id of a run.`);
}

/** Finds out why a commit started what it did, or what started a run. Throws when the stack cannot be found. */
export async function explain({ subject, stackName, ...where }: Given): Promise<Answer> {
  const account = await openAccount(where);
  const { TableName } = (await describeStack(account.cloudFormation, stackName)).outputs;
  if (TableName === undefined) throw new Error(`The stack ${stackName} is not Sluice's: it has no output TableName.`);
  const table = { options: account.options, name: TableName };
  return 'run' in subject ? whyRun(table, subject.run) : whyCommit(table, subject.commit);
}

/** An answer as lines of text, the oldest decision first. */
export function shown({ decisions, started }: Answer): readonly string[] {
  const all = decisions.map(({ at, pipelineName, action, event, place, started: isStart, run, why }) => {
    const whom = pipelineName === undefined ? 'no pipeline' : `${pipelineName} (${action})`;
    const what = isStart ? `started ${run}` : run === undefined ? 'not started' : `not started again, see ${run}`;
    return `${new Date(at).toISOString()}  ${whom}: ${what}. ${event} of ${place}: ${why}.`;
  });
  return [...(started === undefined ? [] : [started]), ...all].map(line);
}

/** 0: something is known; 1: nothing is; 2: it could not be looked for. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const said = shown(await explain(readArguments(args)));
    for (const text of said) console.log(text);
    if (said.length > 0) return 0;
    console.error('Nothing is known of it: no host has told of this commit, or no run has this id.');
    return 1;
  } catch (error) {
    console.error(error instanceof Error ? `${line(saying(error))} ${usage}` : error);
    return 2;
  }
}

function saying(error: Error): string {
  return '$metadata' in error ? whyNot(error) : error.message;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
