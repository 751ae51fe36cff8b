import { type Cron, nextTime, parseCron } from '../functions/domain/cron.ts';
import { readZone, type Zone } from '../functions/domain/time-zone.ts';

/** When something is to happen again and again, or once. Times are milliseconds since the epoch. */
export interface Schedule {
  readonly kind: 'rate' | 'cron' | 'at';
  /** The first time after `time`; undefined when there is none any more. A rate counts from `time`. */
  next(time: number): number | undefined;
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Reads `rate(…)`, `cron(…)` or `at(…)`; throws a RangeError with a sentence. cron and at are wall-clock times of `timeZone`, as
 * EventBridge Scheduler has them: a time that a change of the clocks leaves out is skipped, one that it repeats happens once.
 */
export function parseSchedule(expression: string, timeZone = 'UTC'): Schedule {
  const [, kind, text = ''] = /^(rate|cron|at)\(([^()]*)\)$/.exec(expression.trim()) ?? [];
  const zone = readZone(timeZone);
  if (kind === 'rate') return rate(text);
  if (kind === 'cron') return cron(read(text), zone);
  if (kind === 'at') return at(text, zone);
  throw new RangeError(`${expression} is none of rate(...), cron(...) and at(...).`);
}

/**
 * The time after `due`, which has just happened at `now`. Times that passed unseen (the clock was turned, the machine slept) are
 * not made up one by one: the schedule goes on from `now`.
 */
export function following(schedule: Schedule, due: number, now: number): number | undefined {
  const next = schedule.next(due);
  return next !== undefined && next <= now ? schedule.next(now) : next;
}

function rate(text: string): Schedule {
  const [, digits = '', unit = '', plural] = /^\s*([1-9]\d{0,8})\s+(minute|hour|day)(s?)\s*$/.exec(text) ?? [];
  const value = Number(digits);
  if (value === 0 || (value === 1) !== (plural === '')) {
    throw new RangeError(`rate(${text}) is not a rate such as rate(1 minute) or rate(5 hours).`);
  }
  const period = value * UNITS[unit as keyof typeof UNITS];
  return { kind: 'rate', next: (time) => time + period };
}

function at(text: string, zone: Zone): Schedule {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(wall)) throw new RangeError(`at(${text}) is not a time such as at(2030-01-31T08:00:00).`);
  const instant = zone.instant(wall);
  return { kind: 'at', next: (time) => (instant !== undefined && instant > time ? instant : undefined) };
}

function read(text: string): Cron {
  try {
    return parseCron(text);
  } catch (cause) {
    throw new RangeError(`cron(${text}): ${(cause as Error).message}`, { cause });
  }
}

function cron(expression: Cron, zone: Zone): Schedule {
  return { kind: 'cron', next: (time) => nextTime(expression, zone, time) };
}
