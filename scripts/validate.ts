import { parseArgs } from 'node:util';
import { line } from './doctor/plain.ts';
import { readPipeline } from './validate/account.ts';
import { type Examined, examine } from './validate/examine.ts';
import { refuses } from './validate/finding.ts';
import { type Position, parse, type SyntaxFault } from './validate/parsed.ts';
import { isRecord, pathText } from './validate/path.ts';
import { type Placed, shown, summary } from './validate/shown.ts';
import { otherLanguage, terraformAt } from './validate/template.ts';
import { readText, Unreadable } from './validate/text.ts';

const usage = 'npm run validate -- FILE [--region R], or --name PIPELINE [--region R] [--endpoint-url URL]';

/** What is to be held against the rules: a file, or a pipeline of CodePipeline in the account of the default credentials. */
export type Given = { readonly region?: string } & (
  | { readonly file: string }
  | { readonly name: string; readonly endpointUrl?: string }
);

/** Reads the command line; throws one sentence about the first argument that is missing or wrong. */
export function readArguments(args: readonly string[]): Given {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { name: text, region: text, 'endpoint-url': text },
  });
  const { name, region, 'endpoint-url': endpointUrl } = values;
  const [file, ...others] = positionals;
  const where = region === undefined ? {} : { region };
  if (region !== undefined && !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region))
    throw new Error(`--region must be a Region such as us-east-1, not '${region}'.`);
  if (others.length > 0) throw new Error(`One file at a time: '${others[0]}' is one too many.`);
  if (name === undefined) {
    if (file === undefined) throw new Error('A file is missing, or the name of a pipeline.');
    if (endpointUrl !== undefined) throw new Error('--endpoint-url goes with --name.');
    return { file, ...where };
  }
  if (file !== undefined) throw new Error(`Either a file or --name: '${file}' is one too many.`);
  if (!/^[A-Za-z0-9.@_-]{1,100}$/.test(name)) throw new Error(`'${name}' is no name of a pipeline.`);
  if (endpointUrl !== undefined && !/^https?:$/.test(URL.parse(endpointUrl)?.protocol ?? ''))
    throw new Error(`--endpoint-url must be an address such as http://127.0.0.1:4747, not '${endpointUrl}'.`);
  return { name, ...where, ...(endpointUrl === undefined ? {} : { endpointUrl }) };
}

/** What is found, each with its place. */
export interface Validated extends Examined {
  readonly findings: readonly Placed[];
}

/** What is found in a text, in its order. `region`: where the pipeline is to be, when the text does not say. */
export function validateText(text: string, region?: string): Validated {
  const { value, faults, positionOf } = parse(text);
  const terraform = faults.length > 0 || !isRecord(value) ? terraformAt(text) : undefined;
  if (terraform) return only([{ ...terraform, column: 1 }]);
  const other = otherLanguage(value);
  if (other) return only([{ ...positionOf(other.at), message: other.message }]);
  if (faults.length > 0) return only(faults);
  const { findings, isWhole } = examine(value, homeOf(value, region));
  const placed = findings.map((each) => ({ ...each, position: positionOf(each.at) }));
  return { findings: placed.sort((a, b) => compare(a.position, b.position)), isWhole };
}

/** What keeps a text from being examined at all. */
function only(faults: readonly SyntaxFault[]): Validated {
  const findings = faults.map(({ message, ...position }) => ({ kind: 'error' as const, at: [], message, position }));
  return { findings, isWhole: true };
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

const anyAccount = '123456789012';

/** Where a definition is to run: as `--region` says, as GetPipeline's metadata say, as the environment says. */
function homeOf(value: unknown, region?: string): { readonly region: string; readonly account: string } {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  const arn = isRecord(metadata) ? String(metadata['pipelineArn'] ?? '') : '';
  const [, , , ofArn = '', account = ''] = arn.split(':');
  const found = region ?? (ofArn || process.env['AWS_REGION'] || 'us-east-1');
  return { region: found, account: account || anyAccount };
}

async function find(given: Given): Promise<Validated> {
  if ('file' in given) return validateText(readText(given.file), given.region);
  const { given: value, region } = await readPipeline(given.name, given);
  const { findings, isWhole } = examine(value, homeOf(value, region));
  return { findings: findings.map((finding) => ({ ...finding, path: pathText(finding.at) })), isWhole };
}

/** 0: it is accepted as it is; 1: it is not; 2: nothing could be looked at. */
async function main(args: readonly string[]): Promise<number> {
  let given: Given;
  try {
    given = readArguments(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error} ${usage}`);
    return 2;
  }
  const of = 'file' in given ? given.file : given.name;
  try {
    const { findings, isWhole } = await find(given);
    for (const each of findings) console.log(shown(of, each, process.stdout.isTTY === true));
    if (!isWhole)
      console.log(`${line(of)}: The rules of structure were not held against it: they need the members named above.`);
    console.log(summary(of, findings));
    return findings.some(refuses) ? 1 : 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`${line(of)}: error: ${line(error instanceof Unreadable ? message : `${name}: ${message}`)}`);
    return error instanceof Unreadable ? 1 : 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
