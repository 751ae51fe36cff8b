import { describe, expect, it } from 'vitest';
import { judgeAlarm, readWatch } from '../../../functions/domain/rules/alarm-watch.ts';

const minute = 60_000;

describe('an alarm that a rule watches', () => {
  it.each([
    [undefined, 'ALARM', 'Failed'],
    [undefined, 'OK', 'Passed'],
    [undefined, 'INSUFFICIENT_DATA', 'Passed'],
    ['ALARM, INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'Failed'],
    ['OK', 'OK', 'Failed'],
    ['OK', 'ALARM', 'Passed'],
  ])('in the states %s passes or not in %s: %s', (states, state, status) => {
    expect(judgeAlarm(readWatch(states), state, 0)).toEqual({ status });
  });

  it('is looked at every minute until its time to wait ends', () => {
    const watch = readWatch('ALARM', '2');

    const first = judgeAlarm(watch, 'ALARM', 30);

    expect(first).toEqual({ status: 'Waiting', until: 2 * minute + 30, lookAt: minute + 30 });
    expect(judgeAlarm(watch, 'ALARM', minute + 40, 2 * minute + 30)).toEqual({
      status: 'Waiting',
      until: 2 * minute + 30,
      lookAt: 2 * minute + 30,
    });
    expect(judgeAlarm(watch, 'OK', minute + 40, 2 * minute + 30)).toEqual({ status: 'Passed' });
    expect(judgeAlarm(watch, 'ALARM', 2 * minute + 30, 2 * minute + 30)).toEqual({ status: 'Failed' });
  });

  it.each([
    ['BAD', '1'],
    ['', '1'],
    ['ALARM', '-1'],
    ['ALARM', '1.5'],
    ['ALARM', ''],
  ])('is not read from the states %j and the time %j', (states, time) => {
    expect(() => readWatch(states, time)).toThrow(RangeError);
  });
});
