import { dayMillis, dayNumber, daysIn, weekday } from './calendar.ts';
import type { Zone } from './time-zone.ts';

/**
 * A cron expression of AWS (Amazon EventBridge User Guide, "Cron expressions"): minutes, hours, day of the month, month, day of the week, year.
 * Our own, because aws-cron-parser turns the 31st of a month of 30 days into the 1st and never finds `L` as a day of the week.
 */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** Days of the month (1 to 31) that the expression names, in order. */
  days(year: number, month: number): readonly number[];
}

type DayRule = (day: number, month: Month) => boolean;

interface Month {
  readonly length: number;
  /** 1 is Sunday, 7 Saturday. */
  weekday(day: number): number;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Reads the six fields, with blanks between; throws a RangeError with a sentence that names what is wrong. */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) throw new RangeError(`It has ${fields.length} fields, not 6.`);
  const [minutes = '', hours = '', daysOfMonth = '', months = '', daysOfWeek = '', years = ''] = fields;
  if ((daysOfMonth === '?') === (daysOfWeek === '?'))
    throw new RangeError('It needs ? in one of day-of-month and day-of-week, and only in one.');
  const rules = daysOfMonth === '?' ? weekdayRules(daysOfWeek) : monthDayRules(daysOfMonth);
  return {
    minutes: numbers(minutes, 0, 59),
    hours: numbers(hours, 0, 23),
    months: numbers(months, 1, 12, MONTHS),
    years: numbers(years, 1970, 2199),
    days: (year, month) => {
      const calendar = monthOf(year, month);
      const days = Array.from({ length: calendar.length }, (_, index) => index + 1);
      return days.filter((day) => rules.some((rule) => rule(day, calendar)));
    },
  };
}

/**
 * The first instant after `time` that an expression names, on the clocks of a zone; undefined when there is none any more. A time that a
 * change of the clocks leaves out is skipped, one that it repeats happens once.
 */
export function nextTime(cron: Cron, zone: Zone, time: number): number | undefined {
  const from = zone.wall(time);
  for (const wall of wallTimes(cron, from)) {
    const instant = wall < from ? undefined : zone.instant(wall);
    if (instant !== undefined && instant > time) return instant;
  }
  return undefined;
}

/** What clocks on the wall show at the times of an expression, from the day of `from` on. */
function* wallTimes({ years, months, days, hours, minutes }: Cron, from: number): Generator<number> {
  const start = Math.floor(from / dayMillis);
  for (const year of years) {
    if (dayNumber(year + 1, 1, 1) <= start) continue;
    for (const month of months) {
      if (dayNumber(year, month, 1) + daysIn(year, month) <= start) continue;
      for (const day of days(year, month)) {
        const number = dayNumber(year, month, day);
        if (number < start) continue;
        for (const hour of hours)
          for (const minute of minutes) yield number * dayMillis + (hour * 60 + minute) * 60_000;
      }
    }
  }
}

function monthOf(year: number, month: number): Month {
  return { length: daysIn(year, month), weekday: (day) => weekday(year, month, day) };
}

function monthDayRules(field: string): DayRule[] {
  return field.split(',').map((part) => {
    if (part === 'L') return (day, month) => day === month.length;
    if (part === 'LW') return (day, month) => day === nearestWeekday(month.length, month);
    const before = /^L-(\d{1,2})$/.exec(part)?.[1];
    if (before !== undefined) return (day, month) => day === month.length - Number(before);
    const near = /^(\d{1,2})W$/.exec(part)?.[1];
    if (near !== undefined) {
      const wanted = number(near, 1, 31);
      return (day, month) => wanted <= month.length && day === nearestWeekday(wanted, month);
    }
    const days = numbers(part, 1, 31);
    return (day) => days.includes(day);
  });
}

function weekdayRules(field: string): DayRule[] {
  return field.split(',').map((part) => {
    if (part === 'L') return (day, month) => month.weekday(day) === 7;
    const last = /^(\w+)L$/.exec(part)?.[1];
    if (last !== undefined) {
      const weekday = number(last, 1, 7, WEEKDAYS);
      return (day, month) => month.weekday(day) === weekday && day + 7 > month.length;
    }
    const [, name, nth] = /^(\w+)#(\d)$/.exec(part) ?? [];
    if (name !== undefined && nth !== undefined) {
      const weekday = number(name, 1, 7, WEEKDAYS);
      const week = number(nth, 1, 5);
      return (day, month) => month.weekday(day) === weekday && Math.ceil(day / 7) === week;
    }
    const weekdays = numbers(part, 1, 7, WEEKDAYS);
    return (day, month) => weekdays.includes(month.weekday(day));
  });
}

/** Monday to Friday nearest to `day` without leaving the month. */
function nearestWeekday(day: number, month: Month): number {
  const weekday = month.weekday(day);
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < month.length ? day + 1 : day - 2;
  return day;
}

/** Values of `*`, `a`, `a-b`, `a/step`, `a-b/step`, `*` with a step, and lists of them; a range may go over the end (FRI-MON). */
function numbers(field: string, least: number, most: number, names: readonly string[] = []): number[] {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    const [from = '', to, ...rest] = range.split('-');
    if (more.length > 0 || rest.length > 0 || (from === '*' && to !== undefined))
      throw new RangeError(`${field} is not a value of a cron expression.`);
    const start = from === '*' ? least : number(from, least, most, names);
    const end = endOf(from, to, step);
    const stride = step === undefined ? 1 : number(step, 1, most);
    const length = end >= start ? end - start : end + (most - least + 1) - start;
    for (let offset = 0; offset <= length; offset += stride) {
      values.add(least + ((start - least + offset) % (most - least + 1)));
    }
  }
  return [...values].sort((a, b) => a - b);

  function endOf(from: string, to: string | undefined, step: string | undefined): number {
    if (to !== undefined) return number(to, least, most, names);
    return from === '*' || step !== undefined ? most : number(from, least, most, names);
  }
}

function number(text: string, least: number, most: number, names: readonly string[] = []): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + least;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new RangeError(`${text} is not between ${least} and ${most}.`);
  return value;
}
