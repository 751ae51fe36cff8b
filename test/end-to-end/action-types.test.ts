import {
  ActionTypeNotFoundException,
  CreateCustomActionTypeCommand,
  type CreateCustomActionTypeCommandInput,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  GetActionTypeCommand,
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListActionTypesCommand,
  ListPipelineExecutionsCommand,
  ListRuleTypesCommand,
  ListTagsForResourceCommand,
  type PipelineDeclaration,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateActionTypeCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionTypes } from '../../functions/domain/catalogue.ts';
import { ruleTypes } from '../../functions/domain/rule-types.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack();
});
afterAll(() => test?.close());

const named = (provider: string) => ({ category: 'Build' as const, provider, version: '1' });
const typeOf = (provider: string): CreateCustomActionTypeCommandInput => ({
  ...named(provider),
  settings: { entityUrlTemplate: 'https://forge.example/{Config:Project}' },
  configurationProperties: [
    { name: 'Project', required: true, key: true, secret: false, queryable: true, description: 'The project.' },
    { name: 'Token', required: false, key: false, secret: true, type: 'String' },
  ],
  inputArtifactDetails: { minimumCount: 1, maximumCount: 2 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
});
const create = (provider: string, more = {}) =>
  test.client.send(new CreateCustomActionTypeCommand({ ...typeOf(provider), ...more }));
const remove = (provider: string) => test.client.send(new DeleteCustomActionTypeCommand(named(provider)));
const customTypes = async () =>
  (await test.client.send(new ListActionTypesCommand({ actionOwnerFilter: 'Custom' }))).actionTypes ?? [];
const find = async (provider: string) => (await customTypes()).find(({ id }) => id?.provider === provider);
const arn = (resource: string) => `arn:aws:codepipeline:${test.stack.region}:${test.stack.account}:${resource}`;
const tagsOf = async (resource: string) =>
  (await test.client.send(new ListTagsForResourceCommand({ resourceArn: arn(resource) }))).tags;
const tag = (resource: string, ...tags: { key: string; value: string }[]) =>
  test.client.send(new TagResourceCommand({ resourceArn: arn(resource), tags }));
const untag = (resource: string, ...tagKeys: string[]) =>
  test.client.send(new UntagResourceCommand({ resourceArn: arn(resource), tagKeys }));
const refused = (name: string, says = '') => expect.objectContaining({ name, message: expect.stringContaining(says) });

describe('a custom action type', () => {
  it('is read back as it was made', async () => {
    const { actionType, tags } = await create('ReadBack', { tags: [{ key: 'Team', value: 'web' }] });

    const { configurationProperties, category, provider, version, ...rest } = typeOf('ReadBack');
    expect(actionType).toEqual({
      ...rest,
      id: { category, owner: 'Custom', provider, version },
      actionConfigurationProperties: configurationProperties,
    });
    expect(await find('ReadBack')).toEqual(actionType);
    expect(tags).toEqual([{ key: 'Team', value: 'web' }]);
    expect(await tagsOf('actiontype:Custom/Build/ReadBack/1')).toEqual(tags);
  });

  it('is made once, though many make it together', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => create('Together')));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ name: 'ActionTypeAlreadyExistsException' });
  });

  it('is gone when it is deleted, and comes back only as it was', async () => {
    await create('Gone');
    await remove('Gone');
    const gone = await find('Gone');
    await remove('Gone');
    const changed = create('Gone', { inputArtifactDetails: { minimumCount: 0, maximumCount: 2 } });
    await expect(changed).rejects.toThrow(refused('ValidationException', 'Choose a version that was never used'));
    await create('Gone');

    expect(gone).toBeUndefined();
    expect(await find('Gone')).toBeDefined();
  });

  it('is refused with what the rules forbid, and is not there then', async () => {
    const settings = { revisionUrlTemplate: 'https://forge.example/{Config:Token}' };

    await expect(create('Refused', { settings })).rejects.toThrow(refused('ValidationException', '{Config:Token}'));
    expect(await find('Refused')).toBeUndefined();
  });

  it('is one of fifty at most, also when several come at once, and a deleted one makes room', async () => {
    const there = (await customTypes()).length;
    for (let index = there; index < 48; index++) await create(`Many${index}`);
    const results = await Promise.allSettled(Array.from({ length: 5 }, (_, index) => create(`Last${index}`)));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await customTypes()).toHaveLength(50);
    await expect(create('Over')).rejects.toThrow(refused('LimitExceededException', 'at most 50'));
    await remove('Many47');
    await create('Over');
    expect(await customTypes()).toHaveLength(50);
    for (let index = there; index < 47; index++) await remove(`Many${index}`);
  }, 60_000);
});

describe('the types of CodePipeline', () => {
  it('are listed with what their actions take', async () => {
    const { actionTypes: listed = [] } = await test.client.send(
      new ListActionTypesCommand({ actionOwnerFilter: 'AWS' }),
    );

    expect(listed.map(({ id }) => id)).toEqual(actionTypes.map(({ id }) => id).filter(({ owner }) => owner === 'AWS'));
    const approval = listed.find(({ id }) => id?.provider === 'Manual');
    expect(approval?.actionConfigurationProperties?.map(({ name }) => name)).toContain('NotificationArn');
  });

  it('are declared one by one', async () => {
    const { actionType } = await test.client.send(
      new GetActionTypeCommand({ category: 'Deploy', owner: 'AWS', provider: 'S3', version: '1' }),
    );

    expect(actionType).toMatchObject({
      executor: { type: 'Lambda' },
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    });
    expect(actionType?.properties).toContainEqual(
      expect.objectContaining({ name: 'BucketName', optional: false, noEcho: false }),
    );
  });

  it('are nobody’s to change, and others are not known', async () => {
    const id = { category: 'Deploy' as const, owner: 'AWS', version: '1' };
    const counts = { minimumCount: 0, maximumCount: 1 };
    const actionType = {
      id: { ...id, provider: 'S3' },
      executor: { type: 'JobWorker' as const, configuration: {} },
      inputArtifactDetails: counts,
      outputArtifactDetails: counts,
    };

    const [update, get] = await Promise.allSettled([
      test.client.send(new UpdateActionTypeCommand({ actionType })),
      test.client.send(new GetActionTypeCommand({ ...id, provider: 'Balloon' })),
    ]);

    expect(update).toMatchObject({ reason: expect.any(ActionTypeNotFoundException) });
    expect(get).toMatchObject({ reason: expect.any(ActionTypeNotFoundException) });
  });

  it('are apart from the types of rules', async () => {
    const { ruleTypes: listed } = await test.client.send(new ListRuleTypesCommand({}));

    expect(listed?.map(({ id }) => id)).toEqual(ruleTypes.map(({ id }) => id));
  });
});

const stages = (configuration: Record<string, string>, provider = 'Worker'): PipelineDeclaration['stages'] => [
  {
    name: 'Source',
    actions: [
      {
        name: 'Fetch',
        actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
        configuration: { S3Bucket: 'nowhere', S3ObjectKey: 'app.zip' },
        outputArtifacts: [{ name: 'Src' }],
      },
    ],
  },
  {
    name: 'Build',
    actions: [
      {
        name: 'Make',
        actionTypeId: { ...named(provider), owner: 'Custom' },
        configuration,
        inputArtifacts: [{ name: 'Src' }],
      },
    ],
  },
];

describe('a pipeline with a custom action', () => {
  beforeAll(() => create('Worker'));
  const declared = (name: string, configuration: Record<string, string>, provider?: string) =>
    declare(test.stack, name, stages(configuration, provider));

  it.each([
    { what: 'of a type that there is not', provider: 'Nobody', configuration: {}, says: "Provider: 'Nobody'" },
    { what: 'without what its type demands', provider: 'Worker', configuration: {}, says: "'Project'" },
    {
      what: 'with what its type does not know',
      provider: 'Worker',
      configuration: { Project: 'p', X: 'y' },
      says: "'X'",
    },
  ])('is refused $what', async ({ provider, configuration, says }) => {
    const pipeline = declared('refused', configuration, provider);

    const made = test.client.send(new CreatePipelineCommand({ pipeline }));

    await expect(made).rejects.toThrow(refused('InvalidActionDeclarationException', says));
  });

  it('shows no secret, and keeps it over an update and the end of its type', async () => {
    const pipeline = declared('worked', { Project: 'web', Token: 'hush' });
    const shownOf = (shown: PipelineDeclaration | undefined) => shown?.stages?.[1]?.actions?.[0]?.configuration;
    const masked = { Project: 'web', Token: '****' };

    const made = await test.client.send(new CreatePipelineCommand({ pipeline }));
    const updated = await test.client.send(new UpdatePipelineCommand({ pipeline: declared('worked', masked) }));
    await remove('Worker');
    const read = await test.client.send(new GetPipelineCommand({ name: 'worked' }));
    const again = test.client.send(new UpdatePipelineCommand({ pipeline }));

    expect([made, updated, read].map(({ pipeline: shown }) => shownOf(shown))).toEqual([masked, masked, masked]);
    await expect(again).rejects.toThrow(refused('InvalidActionDeclarationException', "Provider: 'Worker'"));
  });
});

describe('a pipeline with an action that is not carried out', () => {
  const type = { category: 'Source', owner: 'ThirdParty', provider: 'GitHub', version: '1' } as const;
  const secret = 'ghp-of-this-test';
  const stagesOf = (): PipelineDeclaration['stages'] => {
    const configuration = { Owner: 'acme', Repo: 'site', Branch: 'main', OAuthToken: secret };
    return [
      {
        name: 'Source',
        actions: [{ name: 'Fetch', actionTypeId: type, configuration, outputArtifacts: [{ name: 'Src' }] }],
      },
      {
        name: 'Ask',
        actions: [{ name: 'Ask', actionTypeId: { ...type, category: 'Approval', owner: 'AWS', provider: 'Manual' } }],
      },
    ];
  };

  it('is made, and its run fails there and says why', async () => {
    const { client } = test;
    const pipeline = declare(test.stack, 'not-carried-out', stagesOf());
    await client.send(new CreatePipelineCommand({ pipeline }));
    const listed = await client.send(new ListPipelineExecutionsCommand({ pipelineName: 'not-carried-out' }));
    const run = listed.pipelineExecutionSummaries?.[0]?.pipelineExecutionId ?? '';

    const end = await endOf(client, 'not-carried-out', run);

    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: 'not-carried-out' }));
    expect(end).toBe('Failed');
    expect(stageStates.map(({ latestExecution }) => latestExecution?.status)).toEqual(['Failed', undefined]);
    expect(stageStates[0]?.actionStates?.[0]?.latestExecution).toMatchObject({
      status: 'Failed',
      errorDetails: {
        code: 'ConfigurationError',
        message: 'Sluice does not carry out actions of the type Source/ThirdParty/GitHub/1 yet: nothing was started.',
      },
    });
    const history = await client.send(new ListActionExecutionsCommand({ pipelineName: 'not-carried-out' }));
    expect(history.actionExecutionDetails).toHaveLength(1);
    expect(JSON.stringify([stageStates, history])).not.toContain(secret);
  });
});

describe('the tags of a pipeline', () => {
  const approved: PipelineDeclaration['stages'] = [
    ...(stages({}) ?? []).slice(0, 1),
    {
      name: 'Ask',
      actions: [
        { name: 'Ask', actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } },
      ],
    },
  ];

  it('are read back, changed, taken away, and kept when the pipeline is updated', async () => {
    const pipeline = declare(test.stack, 'tagged', approved);
    await test.client.send(new CreatePipelineCommand({ pipeline, tags: [{ key: 'a', value: '1' }] }));

    await tag('tagged', { key: 'a', value: '2' }, { key: 'b', value: '3' }, { key: 'c', value: '' });
    await test.client.send(new UpdatePipelineCommand({ pipeline }));
    await untag('tagged', 'b', 'never');

    expect(await tagsOf('tagged')).toEqual([
      { key: 'a', value: '2' },
      { key: 'c', value: '' },
    ]);
  });

  it('are all there when many come at once', async () => {
    await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, 'crowd', approved) }));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const pipeline = declare(test.stack, 'crowd', approved);

    await Promise.all([
      ...keys.map((key) => tag('crowd', { key, value: '' })),
      test.client.send(new UpdatePipelineCommand({ pipeline })),
    ]);

    expect((await tagsOf('crowd'))?.map(({ key }) => key).sort()).toEqual(keys);
    const { pipeline: read } = await test.client.send(new GetPipelineCommand({ name: 'crowd' }));
    expect(read?.version).toBe(2);
  });

  it('are refused of what is not there', async () => {
    await expect(tag('nobody', { key: 'a', value: '' })).rejects.toThrow(refused('ResourceNotFoundException'));
    await expect(tag('tagged/Ask', { key: 'a', value: '' })).rejects.toThrow(refused('InvalidArnException'));
  });
});
