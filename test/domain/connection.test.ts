import { expect, test } from 'vitest';
import { connectionId } from '../../functions/domain/connection.ts';

const id = '00000000-0000-4000-8000-0000000000cc';

test.each([
  `arn:aws:codeconnections:eu-west-1:111122223333:connection/${id}`,
  `arn:aws:codestar-connections:us-east-1:111122223333:connection/${id}`,
  `arn:aws-us-gov:codeconnections:us-gov-west-1:111122223333:connection/${id}`,
  `arn:aws-cn:codeconnections:cn-north-1:000000000000:connection/${id}`,
])('%s is a connection', (arn) => {
  expect(connectionId(arn)).toBe(id);
});

test.each([
  '',
  id,
  `arn:aws:codebuild:eu-west-1:111122223333:connection/${id}`,
  `arn:aws:codeconnections:eu-west-1:111122223333:host/${id}`,
  `arn:aws:codeconnections:eu-west-1:1111:connection/${id}`,
  `arn:aws:codeconnections::111122223333:connection/${id}`,
  `arn:aws:codeconnections:eu-west-1:111122223333:connection/${id}0`,
  `arn:aws:codeconnections:eu-west-1:111122223333:connection/${id.toUpperCase().replace('CC', 'ZZ')}`,
  `arn:aws:codeconnections:eu-west-1:111122223333:connection/${id}/x`,
  `arn:aws:codeconnections:eu-west-1:111122223333:connection/${id}\n`,
  ` arn:aws:codeconnections:eu-west-1:111122223333:connection/${id}`,
  '#{Variables.Connection}',
])('%j is none', (arn) => {
  expect(connectionId(arn)).toBeUndefined();
});
