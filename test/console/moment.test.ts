import { describe, expect, it } from 'vitest';
import { clockText, distance, isoTime, lengthOf, relativeTime } from '../../console/moment.ts';
import { NOW } from './scenarios.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a length of time', () => {
  it.each([
    [-5, 'under 1 s'],
    [999, 'under 1 s'],
    [SECOND, '1 s'],
    [59_999, '59 s'],
    [MINUTE, '1 min'],
    [3 * MINUTE + 5 * SECOND, '3 min 5 s'],
    [2 * HOUR, '2 h'],
    [2 * HOUR + 59 * MINUTE + 59 * SECOND, '2 h 59 min'],
    [6 * DAY + 23 * HOUR, '6 d 23 h'],
  ])('of %d ms is %s', (length, text) => {
    expect(lengthOf(length)).toBe(text);
  });
});

describe('the distance of a time', () => {
  it.each([
    [0, 'just now'],
    [-4 * SECOND, 'just now'],
    [-5 * SECOND, '5 s ago'],
    [-90 * SECOND, '1 min ago'],
    [-HOUR, '1 h ago'],
    [-3 * DAY, '3 d ago'],
    [7 * DAY - MINUTE, 'in 6 d'],
    [30 * MINUTE, 'in 30 min'],
  ])('%d ms from now is %s', (offset, text) => {
    expect(distance(NOW + offset, NOW)).toBe(text);
  });
});

describe('a time', () => {
  it('is written in ISO, for readers and for machines', () => {
    expect(isoTime(NOW).html).toBe('<time datetime="2026-11-21T06:30:00.000Z">2026-11-21 06:30:00Z</time>');
    expect(relativeTime(NOW - MINUTE, NOW).html).toBe(
      '<time datetime="2026-11-21T06:29:00.000Z" title="2026-11-21 06:29:00Z">1 min ago</time>',
    );
    expect(clockText(NOW + 1)).toBe('06:30:00');
  });
});
