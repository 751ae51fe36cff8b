import { describe, expect, it } from 'vitest';
import { nextTime, parseCron } from '../../functions/domain/cron.ts';
import { readZone } from '../../functions/domain/time-zone.ts';

const every = (least: number, most: number) => Array.from({ length: most - least + 1 }, (_, index) => least + index);

describe('a field of a cron expression', () => {
  it.each<[string, readonly number[]]>([
    ['*', every(0, 59)],
    ['0', [0]],
    ['59', [59]],
    ['0007', [7]],
    ['30,5,30', [5, 30]],
    ['3-6', [3, 4, 5, 6]],
    ['6-6', [6]],
    ['58-1', [0, 1, 58, 59]],
    ['50/4', [50, 54, 58]],
    ['*/20', [0, 20, 40]],
    ['10-20/5', [10, 15, 20]],
    ['10-19/5', [10, 15]],
    ['55-6/5', [0, 5, 55]],
    ['*/59', [0, 59]],
    ['1,20-21,40/10', [1, 20, 21, 40, 50]],
  ])('%s names the minutes %j', (field, minutes) => {
    expect(parseCron(`${field} 0 * * ? *`).minutes).toEqual(minutes);
  });

  it.each<[string, readonly number[]]>([
    ['*', every(1, 12)],
    ['JAN', [1]],
    ['dec', [12]],
    ['Nov-feb', [1, 2, 11, 12]],
    ['12-1', [1, 12]],
    ['2-2', [2]],
    ['MAR/4', [3, 7, 11]],
    ['*/5', [1, 6, 11]],
    ['10-3/2', [2, 10, 12]],
  ])('%s names the months %j', (field, months) => {
    expect(parseCron(`0 0 * ${field} ? *`).months).toEqual(months);
  });

  it('has bounds of its own in each place', () => {
    const { hours, years } = parseCron('0 22-1 * * ? 2199,1970');

    expect(hours).toEqual([0, 1, 22, 23]);
    expect(years).toEqual([1970, 2199]);
  });

  it.each([
    ['60', '60 is not between 0 and 59.'],
    ['0,', ' is not between 0 and 59.'],
    ['1-', ' is not between 0 and 59.'],
    ['5x', '5x is not between 0 and 59.'],
    ['x5', 'x5 is not between 0 and 59.'],
    ['00005', '00005 is not between 0 and 59.'],
    ['JAN', 'JAN is not between 0 and 59.'],
    ['5/0', '0 is not between 1 and 59.'],
    ['5/60', '60 is not between 1 and 59.'],
    ['5/', ' is not between 1 and 59.'],
    ['7,1/2/3', '7,1/2/3 is not a value of a cron expression.'],
    ['1-2-3', '1-2-3 is not a value of a cron expression.'],
  ])('cannot be %s for minutes', (field, says) => {
    expect(() => parseCron(`${field} 0 * * ? *`)).toThrow(new RangeError(says));
  });
});

describe('the day of the month', () => {
  it.each<[string, [number, number], readonly number[]]>([
    ['*', [2026, 2], every(1, 28)],
    ['31', [2026, 2], []],
    ['9-11,30', [2026, 1], [9, 10, 11, 30]],
    ['20/5', [2026, 2], [20, 25]],
    ['L', [2026, 2], [28]],
    ['L', [2024, 2], [29]],
    ['1,L', [2026, 4], [1, 30]],
    ['L-2', [2026, 2], [26]],
    ['L-27', [2026, 2], [1]],
    ['L-28', [2026, 2], []],
    ['LW', [2026, 6], [30]],
    ['LW', [2026, 10], [30]],
    ['LW', [2026, 5], [29]],
    ['5W', [2026, 2], [5]],
    ['1W', [2026, 8], [3]],
    ['1W', [2026, 2], [2]],
    ['2W', [2026, 8], [3]],
    ['14W', [2026, 2], [13]],
    ['15W', [2026, 2], [16]],
    ['28W', [2026, 2], [27]],
    ['31W', [2026, 5], [29]],
    ['30W', [2026, 5], [29]],
    ['29W', [2024, 2], [29]],
    ['29W', [2026, 2], []],
  ])('%s is in the month %j one of %j', (field, month, days) => {
    expect(parseCron(`0 0 ${field} * ? *`).days(...month)).toEqual(days);
  });

  it.each([
    ['0', '0 is not between 1 and 31.'],
    ['32W', '32 is not between 1 and 31.'],
    ['115W', '115W is not between 1 and 31.'],
    ['15WX', '15WX is not between 1 and 31.'],
    ['XL-2', 'XL is not between 1 and 31.'],
    ['L-2X', 'L is not between 1 and 31.'],
    ['L-100', 'L is not between 1 and 31.'],
  ])('cannot be %s', (field, says) => {
    expect(() => parseCron(`0 0 ${field} * ? *`)).toThrow(new RangeError(says));
  });
});

describe('the day of the week', () => {
  it.each<[string, [number, number], readonly number[]]>([
    ['*', [2026, 2], every(1, 28)],
    ['1', [2026, 2], [1, 8, 15, 22]],
    ['sun', [2026, 2], [1, 8, 15, 22]],
    ['SAT', [2026, 2], [7, 14, 21, 28]],
    ['L', [2026, 2], [7, 14, 21, 28]],
    ['FRI-MON', [2026, 1], [2, 3, 4, 5, 9, 10, 11, 12, 16, 17, 18, 19, 23, 24, 25, 26, 30, 31]],
    ['2/3', [2026, 2], [2, 5, 9, 12, 16, 19, 23, 26]],
    ['7L', [2026, 2], [28]],
    ['1L', [2026, 2], [22]],
    ['FRIL', [2026, 2], [27]],
    ['SUN#1', [2026, 2], [1]],
    ['7#1', [2026, 2], [7]],
    ['FRI#2', [2026, 2], [13]],
    ['SAT#4', [2026, 2], [28]],
    ['5#5', [2026, 1], [29]],
    ['6#5', [2026, 2], []],
    ['MON#1,7L', [2026, 2], [2, 28]],
  ])('%s is in the month %j one of %j', (field, month, days) => {
    expect(parseCron(`0 0 ? * ${field} *`).days(...month)).toEqual(days);
  });

  it.each([
    ['0', '0 is not between 1 and 7.'],
    ['8L', '8 is not between 1 and 7.'],
    ['X#6L', 'X#6L is not between 1 and 7.'],
    ['6L#2', '6L is not between 1 and 7.'],
    ['8#1', '8 is not between 1 and 7.'],
    ['6#0', '0 is not between 1 and 5.'],
    ['6#6', '6 is not between 1 and 5.'],
    ['6#22', '6#22 is not between 1 and 7.'],
    ['X-6#2', 'X is not between 1 and 7.'],
  ])('cannot be %s', (field, says) => {
    expect(() => parseCron(`0 0 ? * ${field} *`)).toThrow(new RangeError(says));
  });
});

describe('a cron expression', () => {
  it('may have more blanks than it needs', () => {
    const spaced = parseCron('  5\t 4  3 2\n ?  2027 ');

    expect(spaced).toMatchObject({ minutes: [5], hours: [4], months: [2], years: [2027] });
    expect(spaced.days(2027, 2)).toEqual([3]);
  });

  const oneOfTwo = 'It needs ? in one of day-of-month and day-of-week, and only in one.';
  it.each([
    ['', 'It has 1 fields, not 6.'],
    ['0 0 * * ?', 'It has 5 fields, not 6.'],
    ['0 0 * * ? * *', 'It has 7 fields, not 6.'],
    ['0 0 * * * *', oneOfTwo],
    ['0 0 ? * ? *', oneOfTwo],
    ['0 24 * * ? *', '24 is not between 0 and 23.'],
    ['0 0 * 0 ? *', '0 is not between 1 and 12.'],
    ['0 0 * 13 ? *', '13 is not between 1 and 12.'],
    ['0 0 * * ? 1969', '1969 is not between 1970 and 2199.'],
    ['0 0 * * ? 2200', '2200 is not between 1970 and 2199.'],
  ])('cannot be %j', (text, says) => {
    expect(() => parseCron(text)).toThrow(new RangeError(says));
  });
});

it('a month is known by its name', () => {
  const names = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

  expect(names.map((name) => parseCron(`0 0 1 ${name} ? *`).months)).toEqual(every(1, 12).map((month) => [month]));
});

it.each(['*-5 * * * ? *', '0 *-5 * * ? *', '0 0 ? * *-FRI *', '0-* * * * ? *'])(
  '%s has a range of no values',
  (text) => {
    expect(() => parseCron(text)).toThrow(RangeError);
  },
);

describe('the next time of a cron expression', () => {
  const next = (cron: string, zone: string, after: string) => {
    const time = nextTime(parseCron(cron), readZone(zone), Date.parse(after));
    return time === undefined ? undefined : new Date(time).toISOString();
  };

  it.each([
    ['30 9 * * ? *', '2026-11-20T09:29:59.999Z', '2026-11-20T09:30:00.000Z'],
    ['30 9 * * ? *', '2026-11-20T09:30:00.000Z', '2026-11-21T09:30:00.000Z'],
    ['30 9,10 * * ? *', '2026-11-20T09:30:00.001Z', '2026-11-20T10:30:00.000Z'],
    ['0 0 1 1 ? *', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
    ['0 0 29 2 ? *', '2024-02-29T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['59 23 31 12 ? 2199', '2026-01-01T00:00:00.000Z', '2199-12-31T23:59:00.000Z'],
    ['0 0 31 2 ? *', '2026-01-01T00:00:00.000Z', undefined],
    ['0 12 * * ? 2026', '2026-12-31T11:59:59.999Z', '2026-12-31T12:00:00.000Z'],
    ['0 12 * * ? 2026', '2026-12-31T12:00:00.000Z', undefined],
  ])('%s after %s is %s', (cron, after, expected) => {
    expect(next(cron, 'UTC', after)).toBe(expected);
  });

  it.each([
    ['UTC', -1],
    ['UTC', Date.UTC(2026, 10, 22, 9, 30, 15, 250)],
    ['+00:00', -1],
    ['+00:00', -1001],
    ['+00:00', Date.UTC(2026, 10, 22, 9, 30, 15, 250)],
    ['+00:00', Date.UTC(1969, 11, 31, 23, 59, 59, 1)],
  ])('on the clocks of %s %i is what it is', (zone, time) => {
    const { wall, instant } = readZone(zone);

    expect([wall(time), instant(time)]).toEqual([time, time]);
  });

  it('shows a time that the clocks repeat first at the earlier instant, east and west', () => {
    const face = Date.UTC(2026, 9, 25, 2, 30);
    const faceOfNewYork = Date.UTC(2026, 10, 1, 1, 30);

    expect(readZone('Europe/Berlin').instant(face)).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(readZone('America/New_York').instant(faceOfNewYork)).toBe(Date.UTC(2026, 10, 1, 5, 30));
    expect(readZone('Europe/Berlin').instant(Date.UTC(2026, 2, 29, 2, 30))).toBeUndefined();
  });

  it.each([
    ['when the clocks leave it out', '2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z'],
    ['before the clocks repeat it', '2026-10-25T00:10:00.000Z', '2026-10-25T00:30:00.000Z'],
    ['when it has been, and the clocks show it again', '2026-10-25T01:10:00.000Z', '2026-10-26T01:30:00.000Z'],
    ['at its second time on the clocks', '2026-10-25T01:30:00.000Z', '2026-10-26T01:30:00.000Z'],
  ])('at half past two in Berlin, %s: after %s is %s', (_, after, expected) => {
    expect(next('30 2 * * ? *', 'Europe/Berlin', after)).toBe(expected);
  });
});
