import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronFault, opensAt, readWindow, timeZoneFault } from '../../../functions/domain/rules/deployment-window.ts';
import { times } from '../times.ts';

const opens = (cron: string, from: string, zone?: string) => {
  const at = opensAt(readWindow(cron, zone), Date.parse(from));
  return at === undefined ? undefined : new Date(at).toISOString().replace(/:00\.000Z$/, '');
};

describe('a deployment window', () => {
  it.each<[string, string, string | undefined]>([
    ['0 0 9-17 ? * MON-FRI *', '2026-11-20T17:30:00Z', '2026-11-23T09:00'],
    ['0 0 9-17 ? * mon-fri', '2026-11-20T08:59:59.999Z', '2026-11-20T09:00'],
    ['* 30 9 * * ?', '2026-11-20T09:31:00Z', '2026-11-21T09:30'],
    ['59 30 9 * * ?', '2026-11-20T09:29:00Z', '2026-11-20T09:30'],
    ['0 0 12 L * ? *', '2026-02-01T00:00:00Z', '2026-02-28T12:00'],
    ['0 0 12 L-2 * ? *', '2026-02-01T00:00:00Z', '2026-02-26T12:00'],
    ['0 0 12 LW * ? *', '2026-01-01T00:00:00Z', '2026-01-30T12:00'],
    ['0 0 12 15W * ? *', '2026-08-01T00:00:00Z', '2026-08-14T12:00'],
    ['0 0 12 ? * 6L *', '2026-01-01T00:00:00Z', '2026-01-30T12:00'],
    ['0 0 12 ? * FRI#2 *', '2026-01-01T00:00:00Z', '2026-01-09T12:00'],
    ['0 0/20 8 ? JAN 1 2027', '2026-01-01T00:00:00Z', '2027-01-03T08:00'],
    ['0 0 12 * * ? 2025', '2026-01-01T00:00:00Z', undefined],
  ])('%s after %s is open at %s', (cron, from, expected) => {
    expect(opens(cron, from)).toBe(expected);
  });

  it('is open during the whole of its minute', () => {
    const open = Date.parse('2026-11-20T09:30:59.999Z');

    expect(opensAt(readWindow('0 30 9 * * ?'), open)).toBe(open);
    expect(opens('0 30 9 * * ?', '2026-11-20T09:31:00Z')).toBe('2026-11-21T09:30');
  });

  it.each([
    ['UTC', '09:00'],
    ['utc', '09:00'],
    ['UTC+05:30', '03:30'],
    ['UTC-08:00', '17:00'],
    ['Europe/Berlin', '08:00'],
    ['America/Argentina/Buenos_Aires', '12:00'],
    ['EST', '14:00'],
    ['PST', '17:00'],
    ['PDT', '17:00'],
    ['IST', '03:30'],
    ['JST', '00:00'],
    ['CET', '08:00'],
    ['AEST', '23:00'],
    ['gmt', '09:00'],
    ['EDT', '14:00'],
    ['CDT', '15:00'],
    ['MDT', '16:00'],
    ['AKST', '18:00'],
    ['AKDT', '18:00'],
    ['BRT', '12:00'],
    ['CEST', '08:00'],
    ['EEST', '07:00'],
    ['WEST', '09:00'],
    ['MSK', '06:00'],
    ['HKT', '01:00'],
    ['KST', '00:00'],
    ['SGT', '01:00'],
    ['AWST', '01:00'],
    ['ACST', '23:30'],
    ['AEDT', '22:00'],
    ['NZST', '20:00'],
    ['NZDT', '20:00'],
  ])('in %s has its nine o’clock at %s UTC', (zone, time) => {
    expect(opens('0 0 9 * * ?', '2026-01-15T23:59:00Z', zone)?.slice(11)).toBe(time);
  });

  it('follows the clocks of its zone over their changes', () => {
    expect(opens('0 0 9 * * ?', '2026-03-29T00:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T07:00');
    expect(opens('0 30 2 * * ?', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30');
    expect(opens('0 30 2 * * ?', '2026-10-25T00:31:00Z', 'Europe/Berlin')).toBe('2026-10-26T01:30');
  });

  it.each(['AST', 'bst', 'SST', 'XYZ', 'UTC+5', 'UTC+24:00', '+05:30', 'Mars/Phobos', '', 'Europe/../x'])(
    'has no time zone %j',
    (zone) => {
      expect(timeZoneFault(zone)).toContain('TimeZone');
    },
  );

  it.each(['12EST', 'EST12', '1Europe/Berlin', 'Europe/Berlin!', 'XUTC+05:30', 'UTC+05:30X', 'UTC+15:00', 'UTC+05:3'])(
    'has no form of a time zone: %s',
    (zone) => {
      expect(timeZoneFault(zone)).toBe(
        'TimeZone must be such as Europe/Berlin, UTC, UTC+05:30, or an abbreviation such as EST.',
      );
    },
  );

  it.each(['UTC+14:59', 'UTC-10:00', 'UTC+00:00'])('has the time zone %s', (zone) => {
    expect(timeZoneFault(zone)).toBeUndefined();
  });

  it('takes any blanks around and between the fields', () => {
    const blanks = '  0  0\t9-17 ? *   MON-FRI ';

    expect(cronFault(blanks)).toBeUndefined();
    expect(opens(blanks, '2026-11-20T17:30:00Z')).toBe('2026-11-23T09:00');
  });

  it.each([
    '',
    '0 9 * * ?',
    '0 0 24 * * ?',
    '0 0 9 32 * ?',
    '0 0 9 ? * MON-',
    '0 0 9 ? * 8',
    '0 0 9 * * ? 1969',
    '0 0 9 * * ? * *',
    '0 0 9 * * ? 2026,',
  ])('has no cron %j', (cron) => {
    expect(cronFault(cron)).toContain('Cron');
  });

  it('opens later than now, in a minute and hour that it names, and at none between', () => {
    const part = (most: number) => fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(part(59), part(23), fc.integer({ min: 0, max: 4e12 }), (minutes, hours, now) => {
        const window = readWindow(`0 ${minutes.join(',')} ${hours.join(',')} * * ?`);

        const next = opensAt(window, now) ?? Number.NaN;

        const names = (time: number) =>
          minutes.includes(new Date(time).getUTCMinutes()) && hours.includes(new Date(time).getUTCHours());
        expect(next).toBeGreaterThanOrEqual(now);
        expect(next - now).toBeLessThan(24 * 3_600_000);
        expect(names(next)).toBe(true);
        for (let time = now; time < next - 60_000; time += 60_000) if (names(time)) expect.unreachable();
      }),
      { numRuns: times(50) },
    );
  });
});
