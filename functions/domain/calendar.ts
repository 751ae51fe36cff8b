/** A day in milliseconds. */
export const dayMillis = 86_400_000;

/** The day of a date as its number since 1 January 1970, in the Gregorian calendar. Months count from 1; the 13th is January of the next year. */
export function dayNumber(year: number, month: number, day: number): number {
  // Years that begin in March end with the leap day.
  const marchYear = month > 2 ? year : year - 1;
  const days = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + days - 719_469;
}

/** How many days a month has. */
export function daysIn(year: number, month: number): number {
  return dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
}

/** The day of the week of a date: 1 is Sunday, 7 Saturday. */
export function weekday(year: number, month: number, day: number): number {
  const days = (dayNumber(year, month, day) + 4) % 7;
  return ((days + 7) % 7) + 1;
}
