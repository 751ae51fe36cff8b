import { expect, it } from 'vitest';
import { carrier } from '../../functions/domain/action-types.ts';
import { typeId } from './definition/other-type.ts';

it.each([
  ['Source/AWS/S3/1', { class: 's3', timeoutInMinutes: 60 }],
  ['Build/AWS/CodeBuild/1', { class: 'build', timeoutInMinutes: 2160 }],
  ['Approval/AWS/Manual/1', { class: 'approval', timeoutInMinutes: 10_080 }],
  ['Rule/AWS/VariableCheck/1', { class: 'rule', timeoutInMinutes: 60 }],
  ['Build/Custom/Mine/1', { class: 'job', timeoutInMinutes: 1440 }],
])('%s is carried out by %j', (name, by) => {
  expect(carrier(typeId(name))).toEqual(by);
});

it('what Sluice does not carry out goes to the function that may do least', () => {
  expect(carrier(typeId('Deploy/AWS/CloudFormation/1'))).toEqual({ class: 'approval', timeoutInMinutes: 4320 });
});

it('what is no type has no carrier', () => {
  expect(() => carrier(typeId('Build/AWS/CodeBuild/2'))).toThrow(
    new Error('There is no action type Build/AWS/CodeBuild/2.'),
  );
});
