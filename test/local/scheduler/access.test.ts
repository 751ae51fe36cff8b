import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf } from '../../../local/scheduler/access.ts';
import { call } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const read = accessOf({ ...place, clock: new TurnableClock() });
const schedule = 'arn:aws:scheduler:us-east-1:000000000000:schedule/';
const role = 'arn:aws:iam::000000000000:role/r';
const body = JSON.stringify({ GroupName: 'g', Target: { RoleArn: role } });

test.each([
  ['POST', '/schedules/s', body, [`scheduler:CreateSchedule ${schedule}g/s`, `iam:PassRole ${role}`]],
  ['PUT', '/schedules/s', '{}', [`scheduler:UpdateSchedule ${schedule}default/s`]],
  ['GET', '/schedules/s?groupName=g', undefined, [`scheduler:GetSchedule ${schedule}g/s`]],
  ['DELETE', '/schedules/s', undefined, [`scheduler:DeleteSchedule ${schedule}default/s`]],
  ['GET', '/schedules', undefined, ['scheduler:ListSchedules *']],
  ['POST', '/tags/x', '{}', []],
])('%s %s asks for its schedule', (method, target, text, wanted) => {
  const [path = '', query = ''] = target.split('?');

  const asked = read(call({ method, path, query, ...(text === undefined ? {} : { body: text }) }));

  expect(asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual(wanted);
});
