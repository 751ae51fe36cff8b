import { type Cron, parseCron } from './cron.ts';

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
  const zone = zoneOf(timeZone);
  if (kind === 'rate') return rate(text);
  if (kind === 'cron') return cron(parseCron(text), zone);
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

function cron(expression: Cron, zone: Zone): Schedule {
  return {
    kind: 'cron',
    next: (time) => {
      const from = zone.wall(time);
      for (const wall of wallTimes(expression, from)) {
        const instant = wall < from ? undefined : zone.instant(wall);
        if (instant !== undefined && instant > time) return instant;
      }
      return undefined;
    },
  };
}

/** Wall-clock times of the expression from the day of `from` on, as milliseconds of the same clock face in UTC. */
function* wallTimes({ years, months, days, hours, minutes }: Cron, from: number): Generator<number> {
  const start = Date.UTC(new Date(from).getUTCFullYear(), new Date(from).getUTCMonth(), new Date(from).getUTCDate());
  for (const year of years) {
    if (Date.UTC(year + 1, 0) <= start) continue;
    for (const month of months) {
      if (Date.UTC(year, month) <= start) continue;
      for (const day of days(year, month)) {
        if (Date.UTC(year, month - 1, day) < start) continue;
        for (const hour of hours) for (const minute of minutes) yield Date.UTC(year, month - 1, day, hour, minute);
      }
    }
  }
}

interface Zone {
  /** What the clock on the wall shows at an instant, as milliseconds of the same clock face in UTC. */
  wall(instant: number): number;
  /** The first instant at which the clock on the wall shows `wall`; undefined when a change of the clocks leaves it out. */
  instant(wall: number): number | undefined;
}

function zoneOf(timeZone: string): Zone {
  if (timeZone === 'UTC') return { wall: (instant) => instant, instant: (wall) => wall };
  const format = formatOf(timeZone);
  const wall = (instant: number) => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
  };
  const instant = (face: number) => {
    const guesses = [face - UNITS.day, face + UNITS.day].map((near) => face - (wall(near) - near));
    return guesses.sort((a, b) => a - b).find((guess) => wall(guess) === face);
  };
  return { wall, instant };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const options = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone, second: 'numeric', hourCycle: 'h23' });
  } catch (cause) {
    throw new RangeError(`${timeZone} is not a time zone.`, { cause });
  }
}
