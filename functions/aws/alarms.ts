import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Access } from './roles.ts';

/** The state of an alarm of metrics, or of other alarms, as a role sees it; undefined when there is none of this name. */
export async function alarmState({ region, credentials }: Access, name: string): Promise<string | undefined> {
  const client = new CloudWatchClient({ region, credentials });
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  return [...MetricAlarms, ...CompositeAlarms].find(({ AlarmName }) => AlarmName === name)?.StateValue;
}
