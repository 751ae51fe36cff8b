import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { typeName } from '../../../functions/domain/action-type.ts';
import { actionTypes } from '../../../functions/domain/catalogue.ts';
import { ruleTypes } from '../../../functions/domain/rule-types.ts';
import { forge, givenType, property } from '../../domain/custom-type.ts';
import { openWorld, type World } from '../../handlers/world.ts';
import { call } from './calling.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => {
  world.close();
  vi.restoreAllMocks();
});

const id = { category: 'Build', provider: 'Forge', version: '1' };
const item = () => world.items.get('ACTIONTYPES\nBuild#Forge#1');
const live = () => world.items.get('ACTIONTYPES#COUNT\nCOUNT')?.['live'];
const putTypes = (...provided: readonly [provider: string, deleted: boolean][]) => {
  for (const [provider, deleted] of provided)
    world.put({
      pk: 'ACTIONTYPES',
      sk: `Build#${provider}#1`,
      definition: JSON.stringify({ ...forge, id: { ...forge.id, provider } }),
      deleted,
      tags: [],
      rev: 1,
    });
};
const refusal = (__type: string, says: string) => ({
  status: 400,
  body: { __type: expect.stringContaining(__type), message: expect.stringContaining(says) },
});
const providers = (body: Record<string, unknown>) =>
  (body['actionTypes'] as { id: { owner: string; provider: string } }[]).map(({ id }) => `${id.owner}/${id.provider}`);

describe('CreateCustomActionType', () => {
  it('keeps the type with its tags, and answers it', async () => {
    const tags = [{ key: 'Team', value: 'web' }];

    const { status, body } = await call('CreateCustomActionType', { ...givenType(), tags });

    expect({ status, body }).toEqual({ status: 200, body: { actionType: forge, tags } });
    expect(item()).toMatchObject({ deleted: false, tags, rev: 1 });
    expect(JSON.parse(String(item()?.['definition']))).toEqual(forge);
    expect(live()).toBe(1);
  });

  it('refuses the type that is there already, and leaves it', async () => {
    await call('CreateCustomActionType', givenType());

    const again = await call('CreateCustomActionType', givenType());

    expect(again).toEqual(refusal('ActionTypeAlreadyExistsException', "Provider: 'Forge'"));
    expect([item()?.['rev'], live()]).toEqual([1, 1]);
  });

  it('brings a deleted type back as it was, with new tags', async () => {
    await call('CreateCustomActionType', { ...givenType(), tags: [{ key: 'old', value: '' }] });
    await call('DeleteCustomActionType', id);

    const { status, body } = await call('CreateCustomActionType', givenType());

    expect({ status, body }).toEqual({ status: 200, body: { actionType: forge } });
    expect(item()).toMatchObject({ deleted: false, tags: [], rev: 3 });
    expect(live()).toBe(1);
  });

  it('refuses a deleted type that comes back as another', async () => {
    await call('CreateCustomActionType', givenType());
    await call('DeleteCustomActionType', id);

    const back = await call('CreateCustomActionType', givenType({ settings: {} }));

    expect(back).toEqual(refusal('ValidationException', 'may come back only with the definition that it had'));
    expect(item()).toMatchObject({ deleted: true });
  });

  it('refuses the fifty-first', async () => {
    world.put({ pk: 'ACTIONTYPES#COUNT', sk: 'COUNT', live: 50, rev: 7 });

    const answer = await call('CreateCustomActionType', givenType());

    expect(answer).toEqual(refusal('LimitExceededException', 'at most 50 can be'));
    expect(item()).toBeUndefined();
  });

  it.each([
    { what: 'reserved tags', more: { tags: [{ key: 'aws:x', value: '' }] }, code: 'InvalidTagsException' },
    {
      what: 'counts of 6',
      more: { inputArtifactDetails: { minimumCount: 0, maximumCount: 6 } },
      code: 'ValidationException',
    },
    {
      what: 'eleven properties',
      more: { configurationProperties: Array.from({ length: 11 }, (_, index) => property(`p${index}`)) },
      code: 'ValidationException',
    },
    {
      what: 'a queryable secret',
      more: { configurationProperties: [property('p', { secret: true, queryable: true })], settings: {} },
      code: 'ValidationException',
    },
  ])('refuses $what and writes nothing', async ({ more, code }) => {
    const { status, body } = await call('CreateCustomActionType', { ...givenType(), ...more });

    expect([status, body['__type']]).toEqual([400, expect.stringContaining(code)]);
    expect(world.table.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });

  it('says that others changed the list when they always do', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let rev = 1;
    const change = () => world.put({ pk: 'ACTIONTYPES#COUNT', sk: 'COUNT', live: 1, rev: rev++ });
    change();
    const kept = world.items.get;
    world.items.get = (key: string) => {
      const found = kept.call(world.items, key);
      if (key.startsWith('ACTIONTYPES#COUNT')) change();
      return found;
    };

    const answer = await call('CreateCustomActionType', givenType());

    expect(answer).toEqual(refusal('ConcurrentModificationException', 'Repeat the call'));
    expect(item()).toBeUndefined();
  });
});

describe('DeleteCustomActionType', () => {
  it('keeps the definition as deleted, without its tags', async () => {
    await call('CreateCustomActionType', { ...givenType(), tags: [{ key: 'a', value: 'b' }] });

    const { status, body } = await call('DeleteCustomActionType', id);

    expect({ status, body }).toEqual({ status: 200, body: {} });
    expect(item()).toMatchObject({ deleted: true, tags: [], rev: 2 });
    expect(JSON.parse(String(item()?.['definition']))).toEqual(forge);
    expect(live()).toBe(0);
  });

  it('does nothing the second time, and for one that never was', async () => {
    await call('CreateCustomActionType', givenType());
    await call('DeleteCustomActionType', id);

    const again = await call('DeleteCustomActionType', id);
    const never = await call('DeleteCustomActionType', { ...id, version: '9' });

    expect([again.status, never.status]).toEqual([200, 200]);
    expect([item()?.['rev'], live()]).toEqual([2, 0]);
  });
});

describe('readActionType', () => {
  it('answers a type that is there, and none that was deleted or never was', async () => {
    putTypes(['Forge', false], ['Gone', true]);
    const { readActionType } = await import('../../../functions/aws/action-type-record.ts');
    const read = (provider: string) => readActionType({ category: 'Build', provider, version: '1' });

    expect(await read('Forge')).toEqual(forge);
    expect(await read('Gone')).toBeUndefined();
    expect(await read('Never')).toBeUndefined();
  });
});

describe('ListActionTypes', () => {
  const own = actionTypes.map(({ id }) => `${id.owner}/${id.provider}`);

  it('has what a definition may name, then the custom types that are not deleted', async () => {
    putTypes(['Forge', false], ['Gone', true], ['Anvil', false]);

    const { body } = await call('ListActionTypes', {});

    expect(providers(body)).toEqual([...own, 'Custom/Anvil', 'Custom/Forge']);
    expect(body).not.toHaveProperty('nextToken');
  });

  it('tells of a type what an action must and may have', async () => {
    const { body } = await call('ListActionTypes', { actionOwnerFilter: 'AWS' });

    expect(body['actionTypes']).toContainEqual({
      id: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
      settings: {},
      actionConfigurationProperties: expect.arrayContaining([
        {
          name: 'S3Bucket',
          required: true,
          key: true,
          secret: false,
          queryable: false,
          description: 'The bucket; versioning must be on.',
          type: 'String',
        },
        expect.objectContaining({ name: 'PollForSourceChanges', required: false, key: false }),
      ]),
      inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      outputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
    });
  });

  it.each([
    { filter: { actionOwnerFilter: 'AWS' }, found: own.filter((name) => name.startsWith('AWS/')) },
    { filter: { actionOwnerFilter: 'Custom' }, found: ['Custom/Forge'] },
    { filter: { actionOwnerFilter: 'ThirdParty' }, found: own.filter((name) => name.startsWith('ThirdParty/')) },
    { filter: { regionFilter: 'us-east-1' }, found: [...own, 'Custom/Forge'] },
    { filter: { regionFilter: 'eu-west-1' }, found: [] },
  ])('with $filter has those alone', async ({ filter, found }) => {
    putTypes(['Forge', false]);

    const { body } = await call('ListActionTypes', filter);

    expect(providers(body)).toEqual(found);
  });

  it('comes page by page, each type once', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `P${String(index).padStart(3, '0')}`);
    putTypes(...names.map((name): [string, boolean] => [name, Number(name.slice(1)) % 5 > 0]));
    pageQueries();
    const found: string[] = [];
    const sizes: number[] = [];

    let token: string | undefined;
    do {
      const { body } = await call('ListActionTypes', token === undefined ? {} : { nextToken: token });
      found.push(...providers(body));
      sizes.push(providers(body).length);
      token = body['nextToken'] as string | undefined;
    } while (token !== undefined && sizes.length < 10);

    expect(sizes).toEqual([own.length + 20, 20, 6]);
    const alive = names.filter((name) => Number(name.slice(1)) % 5 === 0).map((name) => `Custom/${name}`);
    expect(found).toEqual([...own, ...alive]);
  });

  it('refuses the token of another listing, and what is none', async () => {
    putTypes(...Array.from({ length: 120 }, (_, index): [string, boolean] => [`P${index}`, false]));
    pageQueries();
    const { body } = await call('ListActionTypes', {});

    for (const input of [
      { nextToken: body['nextToken'], actionOwnerFilter: 'Custom' },
      { nextToken: body['nextToken'], regionFilter: 'us-east-1' },
      { nextToken: 'nonsense' },
    ])
      expect(await call('ListActionTypes', input)).toEqual(refusal('InvalidNextTokenException', 'Repeat the call'));
  });

  function pageQueries(): void {
    world.table.on(QueryCommand).callsFake(({ Limit, ExclusiveStartKey, ExpressionAttributeValues: values }) => {
      const after = ExclusiveStartKey?.sk ?? '';
      const rest = [...world.items.values()]
        .filter(({ pk, sk }) => pk === values[':pk'] && sk > after)
        .sort((a, b) => (a.sk < b.sk ? -1 : 1));
      const Items = rest.slice(0, Limit);
      const { pk, sk } = Items.at(-1) ?? {};
      return { Items, ...(rest.length > Limit ? { LastEvaluatedKey: { pk, sk } } : {}) };
    });
  }
});

describe('GetActionType', () => {
  it('declares a type that Sluice carries out', async () => {
    const { status, body } = await call('GetActionType', {
      category: 'Test',
      owner: 'AWS',
      provider: 'CodeBuild',
      version: '1',
    });

    expect(status).toBe(200);
    expect(body['actionType']).not.toHaveProperty('description');
    expect(body['actionType']).toMatchObject({
      id: { category: 'Test', owner: 'AWS', provider: 'CodeBuild', version: '1' },
      executor: { type: 'Lambda', configuration: {} },
      inputArtifactDetails: { minimumCount: 1, maximumCount: 5 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
      properties: expect.arrayContaining([
        expect.objectContaining({ name: 'ProjectName', optional: false, key: true, noEcho: false, queryable: false }),
        expect.objectContaining({ name: 'PrimarySource', optional: true, key: false }),
      ]),
    });
  });

  it('declares a type that Sluice does not carry out, and says so', async () => {
    const input = { category: 'Source', owner: 'ThirdParty', provider: 'GitHub', version: '1' };

    const { body } = await call('GetActionType', input);

    expect(body['actionType']).toMatchObject({
      id: input,
      description:
        'Sluice does not carry out actions of the type Source/ThirdParty/GitHub/1 yet: they fail when they are run.',
      properties: expect.arrayContaining([expect.objectContaining({ name: 'OAuthToken', noEcho: true })]),
    });
  });

  it.each(actionTypes.map((type) => ({ type, name: typeName(type.id) })))(
    'fits its answer to $name',
    async ({ type }) => {
      const { body } = await call('GetActionType', type.id);

      const { properties, ...counts } = body['actionType'] as {
        properties: readonly { name: string; optional: boolean }[];
      };
      const needed = type.properties.flatMap(({ name, required }) => (required ? [name] : []));
      expect(properties).toHaveLength(Math.min(10, type.properties.length));
      expect(properties.flatMap(({ name, optional }) => (optional ? [] : [name]))).toEqual(needed);
      expect(counts).toMatchObject({
        inputArtifactDetails: { maximumCount: type.inputArtifacts.maximum },
        outputArtifactDetails: { maximumCount: type.outputArtifacts.maximum },
      });
    },
  );

  it.each([
    { what: 'does not know', input: { category: 'Deploy', owner: 'AWS', provider: 'Balloon', version: '1' } },
    { what: 'has of another owner', input: { category: 'Source', owner: 'ThirdParty', provider: 'S3', version: '1' } },
  ])('does not find what Sluice $what', async ({ input }) => {
    const answer = await call('GetActionType', input);

    expect(answer).toEqual(refusal('ActionTypeNotFoundException', `Provider: '${input.provider}'`));
  });

  it('refuses the owner Custom', async () => {
    const answer = await call('GetActionType', { ...id, owner: 'Custom' });

    expect(answer).toEqual(refusal('ValidationException', "Value at 'owner' failed to satisfy"));
  });
});

describe('UpdateActionType', () => {
  const executor = { type: 'Lambda', configuration: {} };
  const counts = { minimumCount: 0, maximumCount: 1 };
  const declared = (provider: string) => ({
    actionType: {
      id: { category: 'Source', owner: 'AWS', provider, version: '1' },
      executor,
      inputArtifactDetails: counts,
      outputArtifactDetails: counts,
    },
  });

  it.each(['S3', 'Mine'])('finds no type %s that is the account’s to change', async (provider) => {
    const answer = await call('UpdateActionType', declared(provider));

    expect(answer).toEqual(refusal('ActionTypeNotFoundException', `Provider: '${provider}'`));
    expect(world.table.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });
});

describe('ListRuleTypes', () => {
  it.each([{}, { ruleOwnerFilter: 'AWS' }, { regionFilter: 'us-east-1' }])('has all rules with %o', async (input) => {
    const { status, body } = await call('ListRuleTypes', input);

    const types = (body as { ruleTypes: { id: { provider: string } }[] }).ruleTypes;
    expect(status).toBe(200);
    expect(types.map(({ id }) => id.provider)).toEqual(ruleTypes.map(({ id }) => id.provider));
    expect(types).toContainEqual({
      id: { category: 'Rule', owner: 'AWS', provider: 'LambdaInvoke', version: '1' },
      settings: {},
      ruleConfigurationProperties: [
        expect.objectContaining({ name: 'FunctionName', required: true, key: true, type: 'String' }),
        expect.objectContaining({ name: 'UserParameters', required: false, key: false }),
      ],
      inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
    });
  });

  it('has none of another Region', async () => {
    const answer = await call('ListRuleTypes', { regionFilter: 'eu-west-1' });

    expect(answer).toEqual({ status: 200, body: { ruleTypes: [] } });
  });
});
