import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forge } from '../../domain/custom-type.ts';
import { openWorld, type World } from '../../handlers/world.ts';
import { call } from './calling.ts';

const arn = (resource: string) => `arn:aws:codepipeline:us-east-1:123456789012:${resource}`;
const team = { key: 'Team', value: 'web' };
const stage = { key: 'Stage', value: 'beta' };

const resources = [
  { what: 'a pipeline', resourceArn: arn('hello-site'), at: 'PIPELINES\nhello-site' },
  { what: 'a webhook', resourceArn: arn('webhook:push'), at: 'WEBHOOKS\npush' },
  {
    what: 'a custom action type',
    resourceArn: arn('actiontype:Custom/Build/Forge/1'),
    at: 'ACTIONTYPES\nBuild#Forge#1',
  },
];

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({ pk: 'WEBHOOKS', sk: 'push', definition: '{"name":"push"}', urlId: 'u', tags: [], rev: 4 });
  world.put({
    pk: 'ACTIONTYPES',
    sk: 'Build#Forge#1',
    definition: JSON.stringify(forge),
    deleted: false,
    tags: [],
    rev: 1,
  });
});
afterEach(() => world.close());

const writes = () => world.table.commandCalls(TransactWriteCommand);
const listed = async (resourceArn: string) => (await call('ListTagsForResource', { resourceArn })).body['tags'];
const refusal = (__type: string) => ({
  status: 400,
  body: expect.objectContaining({ __type: expect.stringContaining(__type) }),
});

describe.each(resources)('the tags of $what', ({ resourceArn, at }) => {
  it('are added, changed, taken away and read back', async () => {
    const before = world.items.get(at);

    await call('TagResource', { resourceArn, tags: [team, stage] });
    await call('TagResource', { resourceArn, tags: [{ ...team, value: 'shop' }] });
    const both = await listed(resourceArn);
    const untagged = await call('UntagResource', { resourceArn, tagKeys: ['Stage', 'Never'] });

    expect(both).toEqual([{ ...team, value: 'shop' }, stage]);
    expect(untagged).toEqual({ status: 200, body: {} });
    expect(await listed(resourceArn)).toEqual([{ ...team, value: 'shop' }]);
    expect(world.items.get(at)).toEqual({
      ...before,
      tags: [{ ...team, value: 'shop' }],
      ...(before?.['rev'] === undefined ? {} : { rev: Number(before['rev']) + 3 }),
    });
  });

  it('are written once, when the same comes again', async () => {
    await call('TagResource', { resourceArn, tags: [team] });
    await call('TagResource', { resourceArn, tags: [team] });
    await call('UntagResource', { resourceArn, tagKeys: ['Never'] });

    expect(writes()).toHaveLength(1);
  });

  it('stay as they are when the call is refused', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: '' }));
    await call('TagResource', { resourceArn, tags: [team] });

    expect(await call('TagResource', { resourceArn, tags: many })).toEqual(refusal('TooManyTagsException'));
    expect(await call('TagResource', { resourceArn, tags: [{ key: 'aws:a', value: '' }] })).toEqual(
      refusal('InvalidTagsException'),
    );
    expect(await call('UntagResource', { resourceArn, tagKeys: ['aws:a'] })).toEqual(refusal('InvalidTagsException'));
    expect(await listed(resourceArn)).toEqual([team]);
  });
});

describe('a change of tags', () => {
  it('of a pipeline holds only if nobody changed the version or the tags meanwhile', async () => {
    await call('TagResource', { resourceArn: arn('hello-site'), tags: [team] });

    const [{ args } = { args: [] as never }] = writes();
    expect(args[0].input.TransactItems?.[0]?.Put).toMatchObject({
      ConditionExpression: 'id = :id AND version = :version AND tags = :tags',
      ExpressionAttributeValues: { ':version': 1, ':tags': [] },
    });
  });

  it('of a webhook is made again on what others wrote meanwhile', async () => {
    const kept = world.items.get;
    let others = 1;
    world.items.get = (key: string) => {
      const found = kept.call(world.items, key);
      if (key === 'WEBHOOKS\npush' && others-- > 0 && found) world.put({ ...found, tags: [stage], rev: 5 });
      return found;
    };

    await call('TagResource', { resourceArn: arn('webhook:push'), tags: [team] });

    expect(await listed(arn('webhook:push'))).toEqual([stage, team]);
  });
});

describe('what is not there', () => {
  const operations = [
    { operation: 'TagResource', more: { tags: [team] } },
    { operation: 'UntagResource', more: { tagKeys: ['a'] } },
    { operation: 'ListTagsForResource', more: {} },
  ];
  const absent = ['nobody', 'webhook:nobody', 'actiontype:Custom/Build/Nobody/1', 'actiontype:AWS/Source/S3/1'];

  it.each(operations.flatMap((each) => absent.map((resource) => ({ ...each, resource }))))(
    '$operation does not find $resource',
    async ({ operation, more, resource }) => {
      const answer = await call(operation, { resourceArn: arn(resource), ...more });

      expect(answer).toEqual(refusal('ResourceNotFoundException'));
    },
  );

  it.each(operations)('$operation does not find a type that was deleted', async ({ operation, more }) => {
    world.put({ ...(world.items.get('ACTIONTYPES\nBuild#Forge#1') ?? { pk: '', sk: '' }), deleted: true });

    const answer = await call(operation, { resourceArn: arn('actiontype:Custom/Build/Forge/1'), ...more });

    expect(answer).toEqual(refusal('ResourceNotFoundException'));
  });

  it.each(operations)('$operation refuses the ARN of a stage', async ({ operation, more }) => {
    const answer = await call(operation, { resourceArn: arn('hello-site/Build'), ...more });

    expect(answer).toEqual(refusal('InvalidArnException'));
  });
});

describe('ListTagsForResource', () => {
  it('has all tags at once, whatever maxResults says', async () => {
    await call('TagResource', { resourceArn: arn('hello-site'), tags: [team, stage] });

    const { body } = await call('ListTagsForResource', { resourceArn: arn('hello-site'), maxResults: 1 });

    expect(body).toEqual({ tags: [team, stage] });
  });

  it('refuses a token, as it gave none', async () => {
    const answer = await call('ListTagsForResource', { resourceArn: arn('hello-site'), nextToken: 'x' });

    expect(answer).toEqual(refusal('InvalidNextTokenException'));
  });
});
