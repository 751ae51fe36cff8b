import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf } from '../../../local/step-functions/access.ts';
import { operations } from '../../../local/step-functions/operations.ts';
import { jsonCall } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const read = accessOf({ ...place, clock: new TurnableClock() });
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const execution = 'arn:aws:states:us-east-1:000000000000:execution:m:e';
const role = 'arn:aws:iam::000000000000:role/r';

const asked = (operation: string, input: object) =>
  read(jsonCall(`AWSStepFunctions.${operation}`, input)).map(({ action, resource }) => `${action} ${resource}`);

test.each([
  ['StartExecution', { stateMachineArn: machine }, [`states:StartExecution ${machine}`]],
  ['DescribeExecution', { executionArn: execution }, [`states:DescribeExecution ${execution}`]],
  ['SendTaskSuccess', { taskToken: 't' }, ['states:SendTaskSuccess *']],
  [
    'CreateStateMachine',
    { name: 'm', roleArn: role },
    [`states:CreateStateMachine ${machine}`, `iam:PassRole ${role}`],
  ],
  ['UpdateStateMachine', { stateMachineArn: machine }, [`states:UpdateStateMachine ${machine}`]],
])('%s of %j asks for %j', (operation, input, wanted) => {
  expect(asked(operation, input)).toEqual(wanted);
});

test('a role is passed to Step Functions', () => {
  const [, passing] = read(jsonCall('AWSStepFunctions.CreateStateMachine', { name: 'm', roleArn: role }));

  expect(passing?.context).toEqual({ 'iam:PassedToService': 'states.amazonaws.com' });
});

test.each(Object.keys(operations))('%s asks for something', (operation) => {
  expect(asked(operation, {})).not.toEqual([]);
});
