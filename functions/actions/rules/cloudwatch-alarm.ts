import { alarmState } from '../../aws/alarms.ts';
import { cloudWatchAlarm as type } from '../../domain/rule-types.ts';
import { type AlarmWatch, judgeAlarm, readWatch } from '../../domain/rules/alarm-watch.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';

/**
 * Rule/AWS/CloudWatchAlarm/1: passes while its alarm is in none of the watched states, and waits for that as long as it may. Its cursor is
 * when the waiting ends, in milliseconds since the epoch.
 */
export const cloudWatchAlarm: Provider = {
  types: [type],
  startClass: 'token',
  start: (work) => look(work),
  resume: (work, cursor) => look(work, Number(cursor)),
};

async function look(work: Work, until?: number): Promise<Outcome> {
  const { configuration, access, action, now } = work;
  const name = configuration['AlarmName'] ?? '';
  const watch = watchOf(configuration);
  if (watch.waitMillis > action.deadline - action.startTime)
    throw new Failure(
      'ConfigurationError',
      `WaitTime is ${configuration['WaitTime']} minutes: the rule times out before.`,
    );
  const state = await alarmState(access, name);
  if (state === undefined)
    throw new Failure(
      'ConfigurationError',
      `There is no alarm '${name}' in ${access.region} that ${access.roleArn} sees.`,
    );
  const verdict = judgeAlarm(watch, state, now, until);
  const summary = `The alarm ${name} is in the state ${state}.`;
  switch (verdict.status) {
    case 'Passed':
      return { status: 'Succeeded', outputs: [], outputVariables: {}, summary };
    case 'Failed':
      return { status: 'Failed', code: 'JobFailed', message: summary };
    case 'Waiting':
      return { status: 'Running', cursor: String(verdict.until), lookAt: verdict.lookAt, summary };
  }
}

function watchOf({ AlarmStates, WaitTime }: Work['configuration']): AlarmWatch {
  try {
    return readWatch(AlarmStates, WaitTime);
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('ConfigurationError', error.message);
    throw error;
  }
}
