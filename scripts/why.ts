import { describeStack } from './account/stack.ts';
import { readWhere, type Where } from './account/where.ts';
import { openAccount } from './doctor/account.ts';
import { whyNot } from './doctor/finding.ts';
import { line } from './doctor/plain.ts';
import { type Answer, whyAny, whyRevision } from './why/ask-table.ts';

const usage = 'npm run why -- COMMIT|VERSION|DIGEST|EVENT|RUN [--stack-name sluice] [--region R] [--endpoint-url URL]';

/** What is asked about, and where. */
export interface Given extends Where {
  readonly subject: Subject;
}

/** A revision, or part of it; `any`: a run or an event, whose ids are alike. */
type Subject = { readonly any: string } | { readonly revision: string };

/** Reads the command line; throws one sentence about the first argument that is missing or wrong. */
export function readArguments(args: readonly string[]): Given {
  const { where, positionals } = readWhere(args);
  const [subject, ...others] = positionals;
  if (subject === undefined) throw new Error('A revision, or the id of an event or a run, is missing.');
  if (others.length > 0) throw new Error(`One at a time: '${others[0]}' is one too many.`);
  return { subject: subjectOf(subject), ...where };
}

function subjectOf(text: string): Subject {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return { any: text };
  if (/^[\w.:+/=-]{7,}$/.test(text)) return { revision: text };
  throw new Error(
    `'${text}' is neither a commit, version or digest, of which 7 characters are enough, nor the id of an event or a run.`,
  );
}

/** Finds out why a revision or an event started what it did, or what started a run. Throws when the stack cannot be found. */
export async function explain({ subject, stackName, ...where }: Given): Promise<Answer> {
  const account = await openAccount(where);
  const { TableName } = (await describeStack(account.cloudFormation, stackName)).outputs;
  if (TableName === undefined) throw new Error(`The stack ${stackName} is not Sluice's: it has no output TableName.`);
  const table = { options: account.options, name: TableName };
  return 'any' in subject ? whyAny(table, subject.any) : whyRevision(table, subject.revision);
}

/** An answer as lines of text, the oldest decision first. */
export function shown({ decisions, started }: Answer): readonly string[] {
  const all = decisions.map(({ at, pipelineName, action, event, place, started: isStart, run, why }) => {
    const whom = `${pipelineName ?? 'no pipeline'}${action === undefined ? '' : ` (${action})`}`;
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
    console.error('Nothing is known of it: nobody has told of this revision, or no event and no run has this id.');
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
