import { describe, expect, it } from 'vitest';
import { following, parseSchedule } from '../../../local/schedule.ts';

const times = (expression: string, from: string, count: number, zone?: string) => {
  const schedule = parseSchedule(expression, zone);
  const found: string[] = [];
  let time: number | undefined = Date.parse(from);
  while (found.length < count) {
    time = schedule.next(time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().replace(':00.000Z', ''));
  }
  return found;
};

describe('cron', () => {
  it.each<[string, string, string[]]>([
    ['cron(0 10 * * ? *)', '2026-01-31T10:00:00Z', ['2026-02-01T10:00', '2026-02-02T10:00']],
    ['cron(15 12 * * ? *)', '2026-12-31T12:14:59Z', ['2026-12-31T12:15', '2027-01-01T12:15']],
    ['cron(0 18 ? * MON-FRI *)', '2026-11-20T18:00:00Z', ['2026-11-23T18:00', '2026-11-24T18:00']],
    ['cron(0/15 8-9 * * ? *)', '2026-11-20T08:31:00Z', ['2026-11-20T08:45', '2026-11-20T09:00']],
    ['cron(0 0 31 * ? *)', '2026-01-31T00:00:00Z', ['2026-03-31T00:00', '2026-05-31T00:00']],
    ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(0 0 L * ? *)', '2026-02-01T00:00:00Z', ['2026-02-28T00:00', '2026-03-31T00:00']],
    ['cron(0 0 L-3 * ? *)', '2026-02-01T00:00:00Z', ['2026-02-25T00:00', '2026-03-28T00:00']],
    ['cron(0 0 15W * ? *)', '2026-08-01T00:00:00Z', ['2026-08-14T00:00', '2026-09-15T00:00']],
    ['cron(0 0 1W * ? *)', '2026-07-31T00:00:00Z', ['2026-08-03T00:00', '2026-09-01T00:00']],
    ['cron(0 0 LW * ? *)', '2026-01-01T00:00:00Z', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(0 0 ? * 6L *)', '2026-01-01T00:00:00Z', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(0 0 ? * L *)', '2026-01-01T00:00:00Z', ['2026-01-03T00:00', '2026-01-10T00:00']],
    ['cron(0 9 ? * 2#1 *)', '2026-01-01T00:00:00Z', ['2026-01-05T09:00', '2026-02-02T09:00']],
    ['cron(0 9 ? * FRI-MON *)', '2026-01-01T00:00:00Z', ['2026-01-02T09:00', '2026-01-03T09:00']],
    ['cron(0 0 1 1,JUL ? 2027-2028)', '2027-02-01T00:00:00Z', ['2027-07-01T00:00', '2028-01-01T00:00']],
    ['cron(30,5 0 1 JAN ? 2027)', '2027-01-01T00:05:00Z', ['2027-01-01T00:30']],
    ['cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00Z', []],
    ['cron(0 0 31 2 ? *)', '2026-01-01T00:00:00Z', []],
  ])('%s after %s', (expression, from, expected) => {
    const found = times(expression, from, 2);

    expect(found).toEqual(expected);
  });

  it('follows the wall clock of its time zone over a change of the clocks', () => {
    const found = times('cron(0 9 * * ? *)', '2026-03-28T00:00:00Z', 2, 'Europe/Berlin');

    expect(found).toEqual(['2026-03-28T08:00', '2026-03-29T07:00']);
  });

  it('skips a time that the clocks leave out', () => {
    const found = times('cron(30 2 * * ? *)', '2026-03-28T12:00:00Z', 1, 'Europe/Berlin');

    expect(found).toEqual(['2026-03-30T00:30']);
  });

  it('happens once at a time that the clocks repeat', () => {
    const found = times('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 2, 'Europe/Berlin');

    expect(found).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });
});

describe('rate and at', () => {
  it('counts a rate from the time that is given', () => {
    const found = times('rate(5 minutes)', '2026-01-01T00:00:00Z', 2);

    expect(found).toEqual(['2026-01-01T00:05', '2026-01-01T00:10']);
  });

  it('happens at the time of its zone, once', () => {
    const found = times('at(2026-07-01T08:00:00)', '2026-01-01T00:00:00Z', 2, 'America/New_York');

    expect(found).toEqual(['2026-07-01T12:00']);
  });

  it('goes on from now when the clock has passed many times', () => {
    const schedule = parseSchedule('rate(1 minute)');

    expect(following(schedule, 60_000, 60_400)).toBe(120_000);
    expect(following(schedule, 60_000, 604_800_000)).toBe(604_860_000);
  });
});

it.each([
  'rate(0 minutes)',
  'rate(1 minutes)',
  'rate(2 minute)',
  'rate(1 second)',
  'rate(-1 minutes)',
  'cron(* * * * *)',
  'cron(* * * * * *)',
  'cron(* * ? * ? *)',
  'cron(60 * * * ? *)',
  'cron(* 24 * * ? *)',
  'cron(* * 0 * ? *)',
  'cron(* * ? * MOO *)',
  'cron(* * * 13 ? *)',
  'cron(*/0 * * * ? *)',
  'cron(1-2-3 * * * ? *)',
  'cron(0 0 * * ? 1969)',
  'at(2026-13-01T00:00:00)',
  'at(2026-01-01)',
  'every(5 minutes)',
  '',
])('refuses %s', (expression) => {
  expect(() => parseSchedule(expression)).toThrow(RangeError);
});

it('refuses a time zone that there is not', () => {
  expect(() => parseSchedule('rate(1 day)', 'Mars/Olympus')).toThrow('Mars/Olympus is not a time zone.');
});
