import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchAlarm } from '../../../functions/actions/rules/cloudwatch-alarm.ts';
import { cloudWatchAlarm as type } from '../../../functions/domain/rule-types.ts';
import { aWork, begun } from '../a-work.ts';

const cloudWatch = mockClient(CloudWatchClient);
beforeEach(() => void cloudWatch.reset());
afterAll(() => cloudWatch.restore());

const minute = 60_000;
const alarmIs = (StateValue: 'OK' | 'ALARM') =>
  cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ AlarmName: 'errors', StateValue }] });
const work = (configuration: Record<string, string> = {}, now = begun) =>
  aWork(type, { configuration: { AlarmName: 'errors', ...configuration }, now });

describe('a rule CloudWatchAlarm', () => {
  it('passes while its alarm is in no watched state', async () => {
    alarmIs('OK');

    expect(await cloudWatchAlarm.start(work())).toMatchObject({ status: 'Succeeded' });
    expect(cloudWatch.commandCalls(DescribeAlarmsCommand)[0]?.args[0].input).toEqual({
      AlarmNames: ['errors'],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    });
  });

  it('fails at once when it has no time to wait', async () => {
    alarmIs('ALARM');

    expect(await cloudWatchAlarm.start(work())).toEqual({
      status: 'Failed',
      code: 'JobFailed',
      message: 'The alarm errors is in the state ALARM.',
    });
  });

  it('looks every minute while it waits, and passes when the alarm has gone over', async () => {
    alarmIs('ALARM');
    const waiting = await cloudWatchAlarm.start(work({ WaitTime: '2' }));
    alarmIs('OK');

    const later = await cloudWatchAlarm.resume?.(work({ WaitTime: '2' }, begun + minute), String(begun + 2 * minute));

    expect(waiting).toMatchObject({ status: 'Running', cursor: String(begun + 2 * minute), lookAt: begun + minute });
    expect(later).toMatchObject({ status: 'Succeeded' });
  });

  it('fails when its time to wait ends', async () => {
    alarmIs('ALARM');

    const last = await cloudWatchAlarm.resume?.(
      work({ WaitTime: '2' }, begun + 2 * minute),
      String(begun + 2 * minute),
    );

    expect(last).toMatchObject({ status: 'Failed' });
  });

  it('takes an alarm of other alarms', async () => {
    cloudWatch.on(DescribeAlarmsCommand).resolves({ CompositeAlarms: [{ AlarmName: 'errors', StateValue: 'ALARM' }] });

    expect(await cloudWatchAlarm.start(work({ AlarmStates: 'OK' }))).toMatchObject({ status: 'Succeeded' });
  });

  it.each([
    [{}, "There is no alarm 'errors' in eu-west-1"],
    [{ WaitTime: '61' }, 'WaitTime is 61 minutes: the rule times out before.'],
    [{ WaitTime: 'long' }, 'WaitTime must be a whole number'],
    [{ AlarmStates: 'RED' }, 'AlarmStates must be'],
  ])('fails with %o', async (configuration, message) => {
    cloudWatch.on(DescribeAlarmsCommand).resolves({});

    await expect(cloudWatchAlarm.start(work(configuration))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining(message),
    });
  });
});
