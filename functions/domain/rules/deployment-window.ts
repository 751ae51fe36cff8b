import { type Cron, nextTime, parseCron } from '../cron.ts';
import { readZone, type Zone } from '../time-zone.ts';

/** When a rule DeploymentWindow passes: each minute that its expression names, in its time zone. */
export interface DeploymentWindow {
  readonly cron: Cron;
  readonly zone: Zone;
}

const minute = 60_000;

/** Reads Cron and TimeZone. Throws a RangeError that says what is wrong. */
export function readWindow(cron: string, timeZone = 'UTC'): DeploymentWindow {
  return { cron: readCron(cron), zone: readTimeZone(timeZone) };
}

/** When a window is open next: `now`, if it is; undefined when it will never be again. */
export function opensAt({ cron, zone }: DeploymentWindow, now: number): number | undefined {
  const thisMinute = now - (now % minute);
  const next = nextTime(cron, zone, thisMinute - 1);
  return next === thisMinute ? now : next;
}

/** What is wrong with Cron; undefined when nothing is. */
export function cronFault(text: string): string | undefined {
  return faultOf(() => readCron(text));
}

/** What is wrong with TimeZone; undefined when nothing is. */
export function timeZoneFault(text: string): string | undefined {
  return faultOf(() => readTimeZone(text));
}

/** Quartz's fields: seconds, which do not count, the five that the minute is told by, and a year that may be left out. */
function readCron(text: string): Cron {
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 6 && fields.length !== 7)
    throw new RangeError(
      `Cron must have 6 or 7 fields (seconds, minutes, hours, day of the month, month, day of the week, year), and has ${fields.length}.`,
    );
  const [, ...rest] = fields;
  try {
    return parseCron([...rest, '*'].slice(0, 6).join(' '));
  } catch (cause) {
    throw new RangeError(`Cron cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Names that mean one zone to who writes them, and that the tz database lacks. */
const abbreviations: Readonly<Record<string, string>> = {
  EDT: 'America/New_York',
  CDT: 'America/Chicago',
  MDT: 'America/Denver',
  PDT: 'America/Los_Angeles',
  AKST: 'America/Anchorage',
  AKDT: 'America/Anchorage',
  BRT: 'America/Sao_Paulo',
  CEST: 'Europe/Paris',
  EEST: 'Europe/Helsinki',
  WEST: 'Europe/Lisbon',
  MSK: 'Europe/Moscow',
  HKT: 'Asia/Hong_Kong',
  KST: 'Asia/Seoul',
  SGT: 'Asia/Singapore',
  AWST: 'Australia/Perth',
  ACST: '+09:30',
  AEST: '+10:00',
  AEDT: 'Australia/Sydney',
  NZST: 'Pacific/Auckland',
  NZDT: 'Pacific/Auckland',
};

/** Names of several zones, of which Java takes one that few mean. */
const ambiguous = ['AST', 'BST', 'SST'];

const forms = 'TimeZone must be such as Europe/Berlin, UTC, UTC+05:30, or an abbreviation such as EST';

function readTimeZone(text: string): Zone {
  const name = text.toUpperCase();
  if (ambiguous.includes(name)) throw new RangeError(`TimeZone ${name} may be several: name it such as Europe/London.`);
  const known = abbreviations[name];
  if (known !== undefined) return readZone(known);
  const offset = /^UTC([+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(name)?.[1];
  if (offset !== undefined) return readZone(offset);
  if (!/^[A-Za-z]{3,5}$|^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2}$/.test(text)) throw new RangeError(`${forms}.`);
  try {
    return readZone(text);
  } catch (cause) {
    throw new RangeError(`${forms}; there is no ${text}.`, { cause });
  }
}

function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
