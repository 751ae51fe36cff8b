import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf } from '../../../local/eventbridge/access.ts';
import { jsonCall, operationsIn } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const read = accessOf({ ...place, clock: new TurnableClock() });
const prefix = 'arn:aws:events:us-east-1:000000000000:';

test('PutEvents asks once for each entry, with its bus, source and detail type', () => {
  const Entries = [
    { Source: 'my.app', DetailType: 'Done', Detail: '{}' },
    { Source: 'other', EventBusName: `${prefix}event-bus/own` },
  ];

  expect(read(jsonCall('AWSEvents.PutEvents', { Entries }))).toEqual([
    {
      action: 'events:PutEvents',
      resource: `${prefix}event-bus/default`,
      context: { 'events:source': 'my.app', 'events:detail-type': 'Done' },
    },
    { action: 'events:PutEvents', resource: `${prefix}event-bus/own`, context: { 'events:source': 'other' } },
  ]);
});

test('PutTargets asks for the rule, telling the targets, and to pass their roles', () => {
  const Targets = [{ Id: '1', Arn: 'a', RoleArn: 'arn:aws:iam::000000000000:role/r' }];

  expect(read(jsonCall('AWSEvents.PutTargets', { Rule: 'r', Targets }))).toEqual([
    { action: 'events:PutTargets', resource: `${prefix}rule/r`, context: { 'events:TargetArn': ['a'] } },
    {
      action: 'iam:PassRole',
      resource: 'arn:aws:iam::000000000000:role/r',
      context: { 'iam:PassedToService': 'events.amazonaws.com' },
    },
  ]);
});

test('every operation asks for something', () => {
  const operations = operationsIn('eventbridge/eventbridge.ts');

  expect(operations).toContain('DisableRule');
  for (const operation of operations)
    expect(read(jsonCall(`AWSEvents.${operation}`, { Entries: [{}] })), operation).not.toEqual([]);
});
