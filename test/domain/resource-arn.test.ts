import { expect, test } from 'vitest';
import { readArn, resourceNotFound } from '../../functions/domain/resource-arn.ts';

const home = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const arn = (resource: string, at = 'aws:codepipeline:eu-west-1:111122223333') => `arn:${at}:${resource}`;

test.each([
  { resource: 'web.site@a_b-c', id: { type: 'pipeline', name: 'web.site@a_b-c' } },
  { resource: 'webhook', id: { type: 'pipeline', name: 'webhook' } },
  { resource: 'webhook:push', id: { type: 'webhook', name: 'push' } },
  {
    resource: 'actiontype:Custom/Build/Forge/1',
    id: { type: 'actiontype', owner: 'Custom', typeId: { category: 'Build', provider: 'Forge', version: '1' } },
  },
  {
    resource: 'actiontype:Custom/Build/Forge/v1_2-3456',
    id: { type: 'actiontype', owner: 'Custom', typeId: { category: 'Build', provider: 'Forge', version: 'v1_2-3456' } },
  },
])('$resource is the $id.type that it names', ({ resource, id }) => {
  const read = readArn(arn(resource), home);

  expect(read).toEqual(id);
});

test.each([
  { name: 'a stage', of: arn('web/Build') },
  { name: 'nothing', of: arn('') },
  { name: 'a name of 101 characters', of: arn('x'.repeat(101)) },
  { name: 'a webhook without a name', of: arn('webhook:') },
  { name: 'a webhook of two names', of: arn('webhook:a:b') },
  { name: 'a type with a part less', of: arn('actiontype:Custom/Build/Forge') },
  { name: 'a type with a part more', of: arn('actiontype:Custom/Build/Forge/1/2') },
  { name: 'a type of an owner that there is not', of: arn('actiontype:Mine/Build/Forge/1') },
  { name: 'a type whose provider would reach another key', of: arn('actiontype:Custom/Build/For#ge/1') },
  { name: 'a line break', of: arn('web\n') },
  { name: 'a text before', of: `x${arn('web')}` },
  { name: 'a webhook of something', of: arn('web:webhook:push') },
  { name: 'a type of something', of: arn('web:actiontype:Custom/Build/Forge/1') },
  { name: 'a type with a version of ten characters', of: arn('actiontype:Custom/Build/Forge/1234567890') },
  { name: 'another service', of: arn('web', 'aws:codebuild:eu-west-1:111122223333') },
])('the ARN of $name is refused', ({ of }) => {
  const read = () => readArn(of, home);

  expect(read).toThrow(expect.objectContaining({ code: 'InvalidArnException' }));
});

test.each([
  { name: 'account', at: 'aws:codepipeline:eu-west-1:444455556666' },
  { name: 'Region', at: 'aws:codepipeline:us-east-1:111122223333' },
  { name: 'partition', at: 'aws-cn:codepipeline:eu-west-1:111122223333' },
])('what is of another $name is not found', ({ at }) => {
  const read = () => readArn(arn('web', at), home);

  expect(read).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
});

test.each([
  { is: 'no ARN', text: 'x'.repeat(301), says: `'${'x'.repeat(300)}' is not the ARN of a pipeline` },
  {
    is: 'of another account',
    text: `arn:aws:codepipeline:eu-west-1:444455556666:webhook:${'x'.repeat(100)}`,
    says: `There is no resource 'arn:aws:codepipeline:eu-west-1:444455556666:webhook:${'x'.repeat(100)}'.`,
  },
])('what is $is is named', ({ text, says }) => {
  expect(() => readArn(text, home)).toThrow(expect.objectContaining({ message: expect.stringContaining(says) }));
});

test('no more of a resource is named than fits', () => {
  expect(resourceNotFound('x'.repeat(301)).message).toBe(`There is no resource '${'x'.repeat(300)}'.`);
});
