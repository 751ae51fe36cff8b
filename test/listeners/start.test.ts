import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { commit, image } from '../domain/source-events.ts';
import {
  context,
  definition,
  now,
  openWorld,
  pipelineId,
  pipelineItem,
  runItem,
  sample,
  serveDefinition,
  type World,
  written,
} from '../handlers/world.ts';

const version = 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e';
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:sluice-StartFunction';
const rule = 'arn:aws:events:us-east-1:123456789012:rule/uploads';
const upload = {
  name: 'Upload',
  actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
  configuration: { S3Bucket: 'uploads', S3ObjectKey: 'app.zip', PollForSourceChanges: 'false' },
  outputArtifacts: [{ name: 'Zip' }],
};
const [first, ...rest] = definition.stages;
const withUpload: PipelineDeclaration = {
  ...definition,
  stages: [{ name: 'Source', actions: [...(first?.actions ?? []), upload] }, ...rest],
};

let world: World;
beforeEach(() => {
  world = openWorld();
  serveDefinition(world, withUpload);
  world.put(pipelineItem('none'));
});
afterEach(() => world.close());

interface Called {
  readonly alias?: string | undefined;
  readonly requestId?: string;
}

async function start(input: unknown, { alias = 'hello-site', requestId = 'r1' }: Called = {}): Promise<unknown> {
  const { handler } = await import('../../functions/listeners/start.ts');
  const invokedFunctionArn = alias === '' ? functionArn : `${functionArn}:${alias}`;
  return handler(input, { ...context, invokedFunctionArn, awsRequestId: requestId } as Context);
}

const runs = () => written(world, 'RUN#').filter(({ rev }) => rev === 1);
const decisions = () =>
  [...world.items.values()].filter(({ pk }) => pk.startsWith('DECISIONS#')).map(({ pk: _, sk: __, ...kept }) => kept);
const event = (more: object = {}) => ({ ...sample<object>('start'), ...more });

describe('Start', () => {
  it('starts the pipeline of its alias by an event, pinned to the event’s revision, and keeps why', async () => {
    const answer = await start(event());

    const [run, ...others] = runs();
    expect(others).toEqual([]);
    expect(answer).toEqual({ pipelineExecutionId: run?.['id'] });
    expect(run).toMatchObject({
      trigger: { type: 'CloudWatchEvent', detail: `${functionArn}:hello-site`, revision: version },
      sourceOverrides: JSON.stringify([
        { actionName: 'Upload', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: version },
      ]),
    });
    expect(world.sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
    expect(decisions()).toMatchObject([
      {
        revision: version,
        place: 's3://uploads/app.zip',
        event: "the event 'Object Created'",
        pipelineName: 'hello-site',
        action: 'Upload',
        started: true,
        run: run?.['id'],
        why: expect.stringContaining('starts the pipeline with this revision'),
      },
    ]);
  });

  it('starts once by the same event that comes again, whoever delivers it', async () => {
    const answer = await start(event());
    const again = await start(event(), { requestId: 'r2' });

    expect(again).toEqual(answer);
    expect(runs()).toHaveLength(1);
    expect(decisions()).toMatchObject([{ started: true }, { started: false, run: runs()[0]?.['id'] }]);
  });

  it('starts once by two events that tell of the same version, which CloudTrail and S3 both do', async () => {
    await start(event());
    const trail = {
      source: 'aws.s3',
      'detail-type': 'AWS API Call via CloudTrail',
      id: 'another',
      detail: {
        requestParameters: { bucketName: 'uploads', key: 'app.zip' },
        responseElements: { 'x-amz-version-id': version },
      },
    };

    await start(trail);

    expect(runs()).toHaveLength(1);
    expect(decisions().at(-1)?.['why']).toContain('another of the same revision');
  });

  it.each([
    {
      provider: 'CodeCommit',
      configuration: { RepositoryName: 'app', BranchName: 'main' },
      told: commit,
      pinned: { revisionType: 'COMMIT_ID', revisionValue: 'c'.repeat(40) },
    },
    {
      provider: 'ECR',
      configuration: { RepositoryName: 'app' },
      told: image,
      pinned: { revisionType: 'IMAGE_DIGEST', revisionValue: 'sha256:1' },
    },
  ])(
    'starts by an event of $provider, pinned to what it tells of',
    async ({ provider, configuration, pinned, told }) => {
      const fetch = { ...upload, name: 'Fetch2', actionTypeId: { ...upload.actionTypeId, provider }, configuration };
      serveDefinition(world, { ...definition, stages: [{ name: 'Source', actions: [fetch] }, ...rest] });

      await start({ ...told, id: 'e1', resources: [] });

      expect(runs()).toMatchObject([{ sourceOverrides: JSON.stringify([{ actionName: 'Fetch2', ...pinned }]) }]);
      expect(decisions()).toMatchObject([{ started: true, action: 'Fetch2', revision: pinned.revisionValue }]);
    },
  );

  it('starts again by the next event', async () => {
    await start(event());
    await start(sample('start-schedule'));

    expect(runs()).toHaveLength(2);
  });

  it('takes what is newest in PARALLEL mode', async () => {
    const summary = world.items.get('PIPELINES\nhello-site');
    world.put({ ...summary, executionMode: 'PARALLEL' } as never);
    world.put(pipelineItem('none', { executionMode: 'PARALLEL' }));

    await start(event());

    expect(runs()).toMatchObject([{ sourceOverrides: '[]', trigger: { revision: version } }]);
    expect(decisions()[0]?.['why']).toContain('with what is newest then');
  });

  it('starts by an event that concerns no source action, as its rule says so', async () => {
    await start(event({ detail: { bucket: { name: 'others' }, object: { key: 'app.zip', 'version-id': 'v' } } }));

    expect(runs()).toMatchObject([{ sourceOverrides: '[]' }]);
    expect(decisions()).toMatchObject([{ why: expect.stringContaining('of which no source action fetches this') }]);
    expect(decisions()[0]).not.toHaveProperty('action');
  });

  it.each([
    [
      'concerns no source action, also of the same version',
      { bucket: { name: 'others' }, object: { key: 'app.zip', 'version-id': 'v' } },
    ],
    ['tells of no version', { bucket: { name: 'uploads' }, object: { key: 'app.zip' } }],
  ])('starts again by another event that %s', async (_, detail) => {
    await start(event({ detail }));
    await start(event({ detail, id: 'another' }));
    await start(event({ detail, id: 'another' }), { requestId: 'r2' });

    expect(runs()).toHaveLength(2);
    expect(decisions().at(-1)?.['why']).toBe('the same event came before, and started this run');
  });

  it('names all source actions that fetch what an event tells of', async () => {
    const actions = [upload, { ...upload, name: 'Again', outputArtifacts: [{ name: 'Same' }] }];
    serveDefinition(world, { ...definition, stages: [{ name: 'Source', actions }, ...rest] });

    await start(event());

    expect(decisions()).toMatchObject([{ action: 'Upload, Again' }]);
  });

  it('starts by a schedule, whose rule is told', async () => {
    await start(sample('start-schedule'));

    const detail = 'arn:aws:events:us-east-1:123456789012:rule/nightly';
    expect(runs()).toMatchObject([{ trigger: { type: 'CloudWatchEvent', detail } }]);
    const [decision] = decisions();
    expect(decision).toMatchObject({
      revision: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
      by: detail,
      why: `${detail} starts the pipeline`,
    });
    expect(decision).not.toHaveProperty('action');
  });

  it('takes revisions and variables in CodePipeline’s shape, and the rule and id that a transformer adds', async () => {
    serveDefinition(world, { ...withUpload, variables: [{ name: 'Env', defaultValue: 'beta' }] });
    const sourceRevisions = [{ actionName: 'Fetch', revisionType: 'COMMIT_ID', revisionValue: 'a'.repeat(40) }];

    await start({ rule, id: 'e1', sourceRevisions, variables: [{ name: 'Env', value: 'prod' }] });
    await start({ rule, id: 'e1', sourceRevisions }, { requestId: 'r2' });

    expect(runs()).toMatchObject([
      {
        trigger: { detail: rule },
        sourceOverrides: JSON.stringify(sourceRevisions),
        variables: JSON.stringify({ Env: 'prod' }),
      },
    ]);
    expect(decisions()[0]).toMatchObject({ revision: 'a'.repeat(40), by: rule });
  });

  it('tells by Lambda’s request, which its retries repeat, what has no id', async () => {
    await start({}, { requestId: 'r1' });
    await start({}, { requestId: 'r1' });
    expect(runs()).toHaveLength(1);

    await start({}, { requestId: 'r2' });
    expect(runs()).toHaveLength(2);
  });

  it('is recorded as a start by the rule, for the audit', async () => {
    await start(sample('start-schedule'));

    const [record] = [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));
    expect(record).toMatchObject({
      operation: 'StartPipelineExecution',
      caller: 'arn:aws:events:us-east-1:123456789012:rule/nightly',
      sourceIp: 'events.amazonaws.com',
      userAgent: 'events.amazonaws.com',
      input: { event: "the event 'Scheduled Event'", revision: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa' },
      resource: 'hello-site',
      result: 'Succeeded',
      time: now,
    });
  });

  it('starts by name, where it is called without an alias or by that of the same', async () => {
    await start({ pipeline: 'hello-site' }, { alias: '' });
    await start({ pipeline: 'hello-site' }, { alias: '$LATEST', requestId: 'r2' });
    await start({ pipeline: 'hello-site' }, { alias: 'hello-site', requestId: 'r3' });

    expect(runs()).toHaveLength(3);
  });

  it.each([
    ['no name and no alias', {}, '', "nor does its input name one as 'pipeline'"],
    ['another name than the alias', { pipeline: 'other' }, 'hello-site', "the alias is that of 'hello-site'"],
    ['an alias of nothing', {}, 'enc-!', "'enc-!' is that of no pipeline"],
    ['a pipeline that is not there', {}, 'gone', "does not have a pipeline with name 'gone'"],
    [
      'a revision of no source action',
      { sourceRevisions: [{ actionName: 'X', revisionType: 'COMMIT_ID', revisionValue: 'a' }] },
      'hello-site',
      "has no source action 'X'",
    ],
    ['a variable that is not declared', { variables: [{ name: 'X', value: '1' }] }, 'hello-site', "no variable 'X'"],
    ['a shape that is broken', { variables: 1 }, 'hello-site', 'must be a list'],
  ])('starts nothing by %s, and keeps why', async (_, input, alias, why) => {
    const answer = await start(input, { alias });

    expect(answer).toEqual({ refused: expect.stringContaining(why) });
    expect(runs()).toEqual([]);
    expect(decisions()).toMatchObject([{ started: false, why: expect.stringContaining(why) }]);
  });

  it('tells of what it cannot read as of an event, by the function and the request', async () => {
    await start({ variables: 1 });

    const by = `${functionArn}:hello-site`;
    expect(decisions()).toMatchObject([{ event: 'an event', revision: 'r1', by, place: by }]);
  });

  it('fails where the table does, so that it is tried again, and keeps no decision', async () => {
    world.table.on(TransactWriteCommand).rejectsOnce(new Error('not now'));

    await expect(start(event())).rejects.toThrow('not now');
    expect(decisions()).toEqual([]);
  });

  it('starts nothing where polling has started the same version already', async () => {
    const id = '01a1fd00-0000-7000-8000-0000000000a2';
    const trigger = { type: 'PollForSourceChanges', detail: 'Upload', revision: version };
    world.put(runItem('Source', 1, { sk: `RUN#${id}`, id, pipelineId, trigger }));

    expect(await start(event())).toEqual({ pipelineExecutionId: id });
    expect(runs()).toEqual([]);
    expect(world.sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });
});
