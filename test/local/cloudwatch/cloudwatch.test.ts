import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { openCloudwatch } from '../../../local/cloudwatch/cloudwatch.ts';
import type { Service } from '../../../local/service.ts';
import { jsonCall, operationsIn, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
const clock = new TurnableClock();
const metric = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 0, MetricName: 'Errors' };

let dir: string;
let cloudwatch: Service;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cloudwatch-'));
  cloudwatch = openCloudwatch({ ...place, dir, clock });
});
afterEach(async () => {
  await cloudwatch.close();
  rmSync(dir, { recursive: true });
});

async function ask(operation: string, input: object = {}): Promise<Record<string, unknown>> {
  const headers = { 'x-amz-target': `GraniteServiceVersion20100801.${operation}` };
  const request = { method: 'POST', path: '/', query: new URLSearchParams(), caller: root, requestId: 'r', headers };
  const { body } = await cloudwatch.handle({ ...request, body: Readable.from([Buffer.from(JSON.stringify(input))]) });
  return JSON.parse(String(body));
}

const states = async (input: object = {}) =>
  ((await ask('DescribeAlarms', input))['MetricAlarms'] as { AlarmName: string; StateValue: string }[]).map(
    ({ AlarmName, StateValue }) => `${AlarmName} ${StateValue}`,
  );

describe('an alarm', () => {
  it('begins without data, and is in the state that was set, over a restart and a change of what it watches', async () => {
    await ask('PutMetricAlarm', { AlarmName: 'errors', ...metric });
    const before = await states();
    await ask('SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' });
    await ask('PutMetricAlarm', { AlarmName: 'errors', ...metric, Threshold: 5 });
    await cloudwatch.close();
    cloudwatch = openCloudwatch({ ...place, dir, clock });

    const { MetricAlarms } = await ask('DescribeAlarms', { AlarmNames: ['errors', 'others'] });

    expect(before).toEqual(['errors INSUFFICIENT_DATA']);
    expect(MetricAlarms).toEqual([
      expect.objectContaining({
        AlarmName: 'errors',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
        StateValue: 'ALARM',
        StateReason: 'a test',
        Threshold: 5,
      }),
    ]);
  });

  it('of the template is made, and its state stays', async () => {
    const resource = { logicalId: 'A', name: 'stack-A', type: 'AWS::CloudWatch::Alarm', properties: metric };
    const make = cloudwatch.resources['AWS::CloudWatch::Alarm'];

    const made = await make?.(resource);
    await ask('SetAlarmState', { AlarmName: 'stack-A', StateValue: 'OK', StateReason: 'a test' });
    await make?.(resource);

    expect(made?.ref).toBe('stack-A');
    expect(await states()).toEqual(['stack-A OK']);
  });

  it('is found by prefix and state, page by page, until it is deleted', async () => {
    for (const AlarmName of ['a1', 'a2', 'b']) await ask('PutMetricAlarm', { AlarmName, ...metric });

    const first = await ask('DescribeAlarms', { AlarmNamePrefix: 'a', MaxRecords: 1 });

    expect(first).toMatchObject({ MetricAlarms: [{ AlarmName: 'a1' }], NextToken: 'a1' });
    expect(await states({ AlarmNamePrefix: 'a', NextToken: 'a1' })).toEqual(['a2 INSUFFICIENT_DATA']);
    expect(await states({ StateValue: 'OK' })).toEqual([]);
    expect(await states({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    await ask('DeleteAlarms', { AlarmNames: ['a1', 'b'] });
    expect(await states()).toEqual(['a2 INSUFFICIENT_DATA']);
  });

  it.each([
    ['SetAlarmState', { AlarmName: 'none', StateValue: 'OK', StateReason: 'r' }, 'ResourceNotFound'],
    ['SetAlarmState', { AlarmName: 'none', StateValue: 'BAD', StateReason: 'r' }, 'InvalidParameterValue'],
    ['DeleteAlarms', { AlarmNames: ['none'] }, 'ResourceNotFound'],
    ['PutMetricAlarm', { AlarmName: 'a' }, 'MissingParameter'],
    ['DescribeAlarms', { AlarmNames: ['a'], AlarmNamePrefix: 'a' }, 'InvalidParameterValue'],
    ['PutMetricData', {}, 'UnknownOperationException'],
  ])('%s of %j is refused with %s', async (operation, input, code) => {
    await expect(ask(operation, input)).rejects.toMatchObject({ name: code });
  });
});

describe('a call', () => {
  const asked = (operation: string, input: object) =>
    cloudwatch.access(jsonCall(`GraniteServiceVersion20100801.${operation}`, input));
  const arn = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

  it('asks for itself on each alarm that it names', () => {
    expect(operationsIn('cloudwatch/operations.ts')).toContain('DeleteAlarms');
    for (const operation of operationsIn('cloudwatch/operations.ts')) {
      const action = `cloudwatch:${operation}`;
      expect(asked(operation, { AlarmName: 'a' })).toEqual([{ action, resource: arn('a') }]);
      expect(asked(operation, { AlarmNames: ['a', 'b'] })).toEqual([
        { action, resource: arn('a') },
        { action, resource: arn('b') },
      ]);
    }
  });

  it('that would tell of alarms of alarms, or names none, asks for all', () => {
    const all = [{ action: 'cloudwatch:DescribeAlarms', resource: arn('*') }];

    expect(asked('DescribeAlarms', { AlarmNames: ['a'], AlarmTypes: ['CompositeAlarm'] })).toEqual(all);
    expect(asked('DescribeAlarms', {})).toEqual(all);
  });
});
