import { dayMillis, dayNumber } from './calendar.ts';

/** A time zone. What a clock on the wall shows is told as the milliseconds at which the same clock in UTC shows it. */
export interface Zone {
  /** What the clock on the wall shows at an instant. */
  wall(instant: number): number;
  /** The first instant at which the clock on the wall shows `wall`; undefined when a change of the clocks leaves it out. */
  instant(wall: number): number | undefined;
}

/** Reads a name of the tz database (`Europe/Berlin`), or an offset (`+05:30`); throws a RangeError for any other. */
export function readZone(name: string): Zone {
  if (name === 'UTC') return { wall: (instant) => instant, instant: (wall) => wall };
  const format = formatOf(name);
  const wall = (instant: number) => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    const ofDay = ((hour * 60 + minute) * 60 + second) * 1000;
    return dayNumber(year, month, day) * dayMillis + ofDay + (((instant % 1000) + 1000) % 1000);
  };
  const instant = (face: number) => {
    // Only clocks that go back show a time twice: the day before, they are farther ahead, which is the first of the two.
    const guesses = [face - dayMillis, face + dayMillis].map((near) => face - (wall(near) - near));
    return guesses.find((guess) => wall(guess) === face);
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
