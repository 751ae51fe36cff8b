import { parseArgs } from 'node:util';
import { type Where, whereFrom, whereOptions } from './account/where.ts';
import { readRecords, type Wanted } from './audit/records.ts';
import { heading, shown } from './audit/shown.ts';
import { tableOf } from './audit/table-of.ts';
import { openAccount } from './doctor/account.ts';
import { saying } from './doctor/finding.ts';
import { line } from './doctor/plain.ts';

const usage =
  'npm run audit -- [--since 7d|12h|2026-11-01T00:00Z] [--pipeline NAME] [--by ARN] [--json] [--stack-name sluice] [--region R] [--endpoint-url URL]';

/** What is to be listed, and where. */
export interface Given extends Wanted, Where {
  readonly json: boolean;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 60 * 60_000, d: 24 * 60 * 60_000 };

/** Reads the command line; throws one sentence about the first argument that is wrong. */
export function readArguments(args: readonly string[], now: number): Given {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      since: { ...text, default: '7d' },
      pipeline: text,
      by: text,
      json: { type: 'boolean', default: false },
      ...whereOptions,
    },
  });
  const { since, pipeline, by, json } = values;
  return {
    since: timeOf(since, now),
    until: now,
    json,
    ...whereFrom(values),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(by === undefined ? {} : { by }),
  };
}

/** Records are kept for a year: what is asked for beyond is not looked for. */
function timeOf(since: string, now: number): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([mhd])$/.exec(since) ?? [];
  const time = unit === '' ? isoTime(since) : now - Number(count) * (units[unit] ?? 0);
  if (Number.isNaN(time)) throw new Error(`--since must be such as 7d, 12h or 2026-11-01T00:00Z, not '${since}'.`);
  if (time > now) throw new Error(`--since must be in the past, not '${since}'.`);
  return Math.max(time, now - 366 * (units['d'] ?? 0));
}

function isoTime(text: string): number {
  return /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** Prints the records as they come, a page at a time; answers how many there were. */
export async function list(given: Given, print: (text: string) => void): Promise<number> {
  const account = await openAccount(given);
  const table = await tableOf(account, given.stackName);
  let count = 0;
  if (!given.json) print(heading);
  for await (const page of readRecords(account.options, table, given)) {
    for (const record of page) print(given.json ? JSON.stringify(record) : shown(record));
    count += page.length;
  }
  return count;
}

/** 0: the records are listed; 2: they could not be. */
async function main(args: readonly string[]): Promise<number> {
  let given: Given;
  try {
    given = readArguments(args, Date.now());
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error} ${usage}`);
    return 2;
  }
  try {
    const count = await list(given, console.log);
    if (!given.json) console.log(`${count} changing call${count === 1 ? '' : 's'}.`);
    return 0;
  } catch (error) {
    console.error(line(saying(error as Error)));
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
