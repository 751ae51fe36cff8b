import { readWhere, type Where } from './account/where.ts';
import { openAccount } from './doctor/account.ts';
import { examine } from './doctor/examine.ts';
import { type Finding, type Remedy, saying } from './doctor/finding.ts';
import { findPlace } from './doctor/place.ts';
import { line } from './doctor/plain.ts';

const usage = 'npm run doctor -- PIPELINE [--stack-name sluice] [--region R] [--endpoint-url URL]';

/** Which pipeline is to be looked at, and where. */
export interface Given extends Where {
  readonly pipeline: string;
}

/** Reads the command line; throws one sentence about the first argument that is missing or wrong. */
export function readArguments(args: readonly string[]): Given {
  const { where, positionals } = readWhere(args);
  const [pipeline, ...others] = positionals;
  if (pipeline === undefined) throw new Error('The name of a pipeline is missing.');
  if (others.length > 0) throw new Error(`One pipeline at a time: '${others[0]}' is one too many.`);
  if (!/^[A-Za-z0-9.@_-]{1,100}$/.test(pipeline)) throw new Error(`'${pipeline}' is no name of a pipeline.`);
  return { pipeline, ...where };
}

/** Looks at what a pipeline needs. Throws when the stack or the pipeline cannot be found. */
export async function diagnose({ pipeline, stackName, ...where }: Given): Promise<readonly Finding[]> {
  return examine(await findPlace(await openAccount(where), stackName, pipeline));
}

/** A finding as lines of text; what is missing with what to do about it. */
export function shown(found: Finding): string {
  const thing = line(`${found.status.padEnd('not checked'.length)}  ${found.what}`);
  if (found.status === 'ok') return thing;
  const said = `${thing}: ${line(found.why)}`;
  return found.status === 'MISSING' ? `${said}\n${remedyOf(found.remedy)}` : said;
}

function remedyOf(remedy: Remedy): string {
  if ('do' in remedy) return `    ${line(remedy.do)}`;
  const json = JSON.stringify(remedy.statement, null, 2).replace(/^/gm, '    ');
  return `    Add to ${line(remedy.where)}:\n${json}`;
}

/** All findings in one sentence. */
export function summary(pipeline: string, findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((found) => found.status === status).length;
  const lacks = count('MISSING');
  const verdict = lacks === 0 ? 'nothing is missing' : `${lacks} missing`;
  return `${pipeline}: ${verdict}, ${count('ok')} ok, ${count('not checked')} not checked.`;
}

/** 0: nothing is missing; 1: something is; 2: nothing could be looked at. */
async function main(args: readonly string[]): Promise<number> {
  let given: Given;
  try {
    given = readArguments(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error} ${usage}`);
    return 2;
  }
  try {
    const findings = await diagnose(given);
    for (const found of findings) console.log(shown(found));
    console.log(summary(given.pipeline, findings));
    return findings.some(({ status }) => status === 'MISSING') ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? line(saying(error)) : error);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
