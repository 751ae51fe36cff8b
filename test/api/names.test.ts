import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, ask } from './ask.ts';
import { Place } from './effects/place.ts';
import { shapeOf } from './model-inputs.ts';

vi.hoisted(() => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
  Object.assign(process.env, { TABLE: 'table', BUCKET: 'bucket', STATE_MACHINE: arn, POWERTOOLS_LOG_LEVEL: 'SILENT' });
});

const composed = 'caf\u00e9';
const decomposed = composed.normalize('NFD');

/** Names that the model's pattern takes; several are one to whoever folds case or looks into prototypes. */
const names = [
  'web',
  'Web',
  'WEB',
  'a.b@c-d_e',
  'a-b',
  'a_b',
  'a.b',
  '0',
  '-',
  '@',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'PIPELINE',
  'n'.repeat(99),
  'n'.repeat(100),
];

/** And names that it does not. */
const noNames = [
  '',
  'n'.repeat(101),
  composed,
  decomposed,
  'שלום',
  '\u202eweb',
  'web\u200f',
  '🚀',
  '👩\u200d💻',
  'we\u0000b',
  'web\n',
  '\nweb',
  'web\u2028',
  'a b',
  'a#b',
  'a/b',
  'a%62',
  'wеb',
  'ｗeb',
  '٣',
  'web\ud800',
  '\ufeffweb',
];

const texts = [
  composed,
  decomposed,
  'שלום \u202egnp.exe\u202c',
  '🚀👩\u200d💻',
  'a\u0000b',
  ' a ',
  '\ufeff',
  '\'"\\</script>',
  '#a{b}',
  '\u0000',
  '__proto__',
];

let place: Place;
beforeEach(async () => {
  place = new Place();
  place.serve();
  await place.table.create('table');
});
afterEach(async () => {
  await place.table.close();
  vi.restoreAllMocks();
});

const kind = (category: string, provider: string) => ({ category, owner: 'AWS', provider, version: '1' });
const review = { name: 'Review', actionTypeId: kind('Approval', 'Manual') };
const source = {
  name: 'Fetch',
  actionTypeId: kind('Source', 'S3'),
  configuration: { S3Bucket: 'sources', S3ObjectKey: 'app.zip', PollForSourceChanges: 'false' },
  outputArtifacts: [{ name: 'Code' }],
};
const declaration = (name: string, more: object = {}) => ({
  name,
  roleArn: 'arn:aws:iam::123456789012:role/web',
  artifactStore: { type: 'S3', location: 'artifacts' },
  stages: [
    { name: 'Source', actions: [source] },
    { name: 'Approve', actions: [review] },
  ],
  ...more,
});
const withNames = (stage: string, action: string) =>
  declaration('named', {
    stages: [
      { name: 'First', actions: [source] },
      { name: stage, actions: [{ ...review, name: action }] },
    ],
  });

describe('C08 a name', () => {
  it.each(['PipelineName', 'StageName', 'ActionName'])('is taken as %s of the model is', (shape) => {
    const { min = 0, max = 0, pattern = '' } = shapeOf(shape);
    const fits = (name: string) =>
      name.length >= min && name.length <= max && new RegExp(`^(?:${pattern})$`).test(name);

    expect(names.filter((name) => !fits(name))).toEqual([]);
    expect(noNames.filter(fits)).toEqual([]);
  });

  it.each(noNames)('of a pipeline, a stage or an action is not %j', async (name) => {
    const answers = [
      await ask('CreatePipeline', { pipeline: declaration(name) }),
      await ask('CreatePipeline', { pipeline: withNames(name, 'Review') }),
      await ask('CreatePipeline', { pipeline: withNames('Approve', name) }),
      await ask('GetPipeline', { name }),
    ];

    expect(answers.map(({ status, output }) => [status, output['__type']])).toEqual(
      answers.map(() => [400, 'ValidationException']),
    );
    expect((await ask('ListPipelines', {})).output).toEqual({ pipelines: [] });
  });

  it.each(['.', '..'])('is not %j, which the model takes, but no path can hold', async (name) => {
    const { status, output } = await ask('CreatePipeline', { pipeline: declaration(name) });

    expect([status, output['message']]).toEqual([400, expect.stringContaining('a path cannot hold')]);
  });

  it('of a pipeline is its own, whichever others there are', async () => {
    for (const [index, name] of names.entries()) {
      const roleArn = `arn:aws:iam::123456789012:role/number-${index}`;
      const { status, output } = await ask('CreatePipeline', { pipeline: declaration(name, { roleArn }) });
      expect([name, status, output['__type']]).toEqual([name, 200, undefined]);
    }

    const read = await Promise.all(names.map((name) => ask('GetPipeline', { name })));
    const { pipelines } = (await ask('ListPipelines', {})).output as { pipelines: { name: string }[] };

    expect(read.map(({ output }) => output['pipeline'])).toMatchObject(
      names.map((name, index) => ({ name, roleArn: `arn:aws:iam::123456789012:role/number-${index}` })),
    );
    expect(pipelines.map(({ name }) => name).sort()).toEqual([...names].sort());
    await ask('DeletePipeline', { name: 'web' });
    expect((await ask('GetPipeline', { name: 'Web' })).status).toBe(200);
    expect((await ask('GetPipeline', { name: 'web' })).status).toBe(400);
  });

  it('of a stage or an action is its own among those of its pipeline', async () => {
    const stages = [
      { name: 'First', actions: [source] },
      ...names.map((name) => ({ name, actions: names.map((action) => ({ ...review, name: action })).slice(0, 3) })),
      { name: 'Last', actions: names.map((action) => ({ ...review, name: action })) },
    ];
    const { status } = await ask('CreatePipeline', { pipeline: declaration('named', { stages }) });

    const { output } = await ask('GetPipelineState', { name: 'named' });
    const { stageStates } = output as { stageStates: { stageName: string; actionStates: { actionName: string }[] }[] };

    expect(status).toBe(200);
    expect(stageStates.map(({ stageName }) => stageName)).toEqual(['First', ...names, 'Last']);
    expect(stageStates.at(-1)?.actionStates.map(({ actionName }) => actionName)).toEqual(names);
  });
});

describe('C08 a text', () => {
  it('of a configuration, a tag or a variable is read back as it was written', async () => {
    const CustomData = texts.join(' ');
    const stages = [
      { name: 'Source', actions: [source] },
      { name: 'Approve', actions: [{ ...review, configuration: { CustomData } }] },
    ];
    const variables = texts.map((_, index) => ({ name: `v${index}`, defaultValue: 'none' }));
    const tags = texts.map((value, index) => ({
      key: `key-${index}`,
      value: value.replace(/[^\p{L}\p{Z}]/gu, '_').trim(),
    }));
    const pipeline = declaration('texts', { stages, variables, pipelineType: 'V2' });
    const created = await ask('CreatePipeline', { pipeline, tags });
    const values = texts.map((value, index) => ({ name: `v${index}`, value }));

    const { output } = await ask('StartPipelineExecution', { name: 'texts', variables: values });
    const { pipelineExecutionId } = output as { pipelineExecutionId: string };
    const run = await ask('GetPipelineExecution', { pipelineName: 'texts', pipelineExecutionId });
    const read = await ask('GetPipeline', { name: 'texts' });

    expect(created.output).toMatchObject({ tags });
    expect((read.output as { pipeline: Answer }).pipeline).toMatchObject({
      stages: [{}, { actions: [{ configuration: { CustomData } }] }],
    });
    expect((run.output as { pipelineExecution: Answer }).pipelineExecution['variables']).toEqual(
      texts.map((resolvedValue, index) => ({ name: `v${index}`, resolvedValue })),
    );
  });

  it('that is spelled in two ways of Unicode is two', () => {
    expect(texts[0]).not.toBe(texts[1]);
    expect(texts[0]?.normalize()).toBe(texts[1]?.normalize());
  });
});
