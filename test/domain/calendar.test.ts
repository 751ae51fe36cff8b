import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayMillis, dayNumber, daysIn, weekday } from '../../functions/domain/calendar.ts';

const year = fc.integer({ min: 1600, max: 2400 });
const month = fc.integer({ min: 1, max: 12 });

it('counts days, and knows months and weekdays, as JavaScript’s dates do', () => {
  fc.assert(
    fc.property(year, month, fc.integer({ min: 1, max: 31 }), (y, m, d) => {
      const day = Math.min(d, daysIn(y, m));

      expect(daysIn(y, m)).toBe(new Date(Date.UTC(y, m, 0)).getUTCDate());
      expect(dayNumber(y, m, day) * dayMillis).toBe(Date.UTC(y, m - 1, day));
      expect(weekday(y, m, day)).toBe(new Date(Date.UTC(y, m - 1, day)).getUTCDay() + 1);
    }),
  );
});
