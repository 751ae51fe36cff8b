import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf, writing } from '../../../local/logs/access.ts';
import { jsonCall, operationsIn } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const context = { ...place, clock: new TurnableClock() };
const read = accessOf(context);
const group = 'arn:aws:logs:us-east-1:000000000000:log-group:/app';

const asked = (operation: string, input: object) =>
  read(jsonCall(`Logs_20140328.${operation}`, input)).map(({ action, resource }) => `${action} ${resource}`);

test.each([
  ['PutLogEvents', { logGroupName: '/app', logStreamName: 's' }, [`logs:PutLogEvents ${group}:log-stream:s`]],
  ['CreateLogGroup', { logGroupName: '/app' }, [`logs:CreateLogGroup ${group}:log-stream:`]],
  ['FilterLogEvents', { logGroupIdentifier: `${group}:*` }, [`logs:FilterLogEvents ${group}:log-stream:`]],
  ['DescribeLogGroups', {}, ['logs:DescribeLogGroups *']],
  ['ListTagsForResource', { resourceArn: group }, [`logs:ListTagsForResource ${group}`]],
])('%s of %j asks for %j', (operation, input, wanted) => {
  expect(asked(operation, input)).toEqual(wanted);
});

test("a function's log asks for what AWSLambdaBasicExecutionRole allows", () => {
  expect(writing(context, '/app', 's')).toEqual([
    { action: 'logs:CreateLogStream', resource: `${group}:log-stream:s` },
    { action: 'logs:PutLogEvents', resource: `${group}:log-stream:s` },
  ]);
});

test('every operation asks for something', () => {
  const operations = operationsIn('logs/logs.ts');

  expect(operations).toContain('GetLogEvents');
  for (const operation of operations) expect(asked(operation, { logGroupName: 'g' }), operation).not.toEqual([]);
});
