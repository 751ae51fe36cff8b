/** The states of an alarm of CloudWatch. */
export const alarmStates = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const;

/** In which states of its alarm a rule CloudWatchAlarm does not pass, and how long it waits for another. */
export interface AlarmWatch {
  readonly states: readonly string[];
  readonly waitMillis: number;
}

/** What a look at an alarm says of its rule. `lookAt`: when to look again, milliseconds since the epoch. */
export type AlarmVerdict =
  | { readonly status: 'Passed' | 'Failed' }
  | { readonly status: 'Waiting'; readonly until: number; readonly lookAt: number };

const lookEvery = 60_000;

/** Reads AlarmStates, a list with commas between, and WaitTime, a number of minutes. Throws a RangeError for what is neither. */
export function readWatch(states = 'ALARM', waitTime = '0'): AlarmWatch {
  const fault = statesFault(states) ?? waitTimeFault(waitTime);
  if (fault !== undefined) throw new RangeError(fault);
  return { states: listed(states), waitMillis: Number(waitTime) * 60_000 };
}

/** What is wrong with AlarmStates; undefined when nothing is. */
export function statesFault(text: string): string | undefined {
  return listed(text).every((state) => alarmStates.some((known) => known === state))
    ? undefined
    : `AlarmStates must be ${alarmStates.join(', ')}, or several of them with commas between.`;
}

/** What is wrong with WaitTime; undefined when nothing is. */
export function waitTimeFault(text: string): string | undefined {
  return /^\d{1,6}$/.test(text) ? undefined : 'WaitTime must be a whole number of minutes, 0 or more.';
}

/** Judges a rule by its alarm's state. `until`: when its waiting ends, once it waits; the first look begins it. */
export function judgeAlarm(
  watch: AlarmWatch,
  state: string,
  now: number,
  until = now + watch.waitMillis,
): AlarmVerdict {
  if (!watch.states.includes(state)) return { status: 'Passed' };
  if (now >= until) return { status: 'Failed' };
  return { status: 'Waiting', until, lookAt: Math.min(now + lookEvery, until) };
}

function listed(text: string): readonly string[] {
  return text.split(',').map((state) => state.trim());
}
