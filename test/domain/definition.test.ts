import { describe, expect, test } from 'vitest';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { acceptDefinition } from '../../functions/domain/definition.ts';
import { approval, build, deploy, home, pipeline, source, stage } from './definitions.ts';

const store = { type: 'S3', location: 'store' } as const;
const { artifactStore: _, ...storeless } = pipeline([stage('Ship', approval())]);
const many = (count: number, prefix = 'A') =>
  Array.from({ length: count }, (_each, index) => approval(`${prefix}${index}`));
const ship = (...actions: Parameters<typeof stage>[1][]) => pipeline([stage('Ship', ...actions)]);
const withAction = (more: object) => ship({ ...approval(), ...more });
const types = { category: 'Build', owner: 'Custom', provider: '__proto__', version: '1' } as const;
const trigger = { providerType: 'CodeStarSourceConnection', gitConfiguration: { sourceActionName: 'Fetch' } } as const;
const conditional = (key: 'onFailure' | 'onSuccess' | 'beforeEntry') => [{ ...stage('Ship', approval()), [key]: {} }];

interface Row {
  readonly rule: string;
  readonly given: PipelineDeclaration;
  readonly says: string;
}

const refuses = (code: string, rows: readonly Row[]) =>
  test.each(rows)(`$rule: ${code}`, ({ given, says }) => {
    const accept = () => acceptDefinition(given, home);

    expect(accept).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
  });

describe('names', () => {
  refuses('ValidationException', [
    { rule: 'of a pipeline', given: { ...ship(approval()), name: '.' }, says: "pipeline.name is '.'" },
    { rule: 'of a stage', given: pipeline([stage('..', approval())]), says: "pipeline.stages[1].name is '..'" },
    { rule: 'of an action', given: ship(approval('.')), says: "pipeline.stages[1].actions[0].name is '.'" },
  ]);

  test('may be dots that a path keeps', () => {
    const given = { ...pipeline([stage('...', approval('.a'))]), name: 'a.' };

    expect(acceptDefinition(given, home)).toMatchObject({ name: 'a.' });
  });
});

describe('artifact stores', () => {
  const two = ship(approval('Ask', { region: 'us-east-1' }));
  refuses('ValidationException', [
    {
      rule: 'one kind only',
      given: { ...storeless, artifactStore: store, artifactStores: { 'eu-west-1': store } },
      says: 'not both',
    },
    { rule: 'at least one', given: storeless, says: "must have 'pipeline.artifactStore'" },
    { rule: 'one for each region', given: two, says: 'actions in more than one region' },
    {
      rule: 'none is missing',
      given: { ...two, artifactStore: undefined, artifactStores: { 'eu-west-1': store } } as never,
      says: "missing in 'pipeline.artifactStores': us-east-1",
    },
    {
      rule: "the pipeline's own is not missing",
      given: { ...storeless, artifactStores: { 'us-east-1': store } },
      says: "missing in 'pipeline.artifactStores': eu-west-1",
    },
    {
      rule: 'a region is not found on a prototype',
      given: {
        ...ship(approval('Ask', { region: 'constructor' })),
        artifactStore: undefined,
        artifactStores: { 'eu-west-1': store },
      } as never,
      says: "missing in 'pipeline.artifactStores': constructor",
    },
  ]);
});

describe('versions of pipelines', () => {
  refuses('InvalidStructureException', [
    {
      rule: 'each variable once',
      given: { ...ship(approval()), variables: [{ name: 'a' }, { name: 'a' }] },
      says: 'more than once: a',
    },
    {
      rule: 'each hostile variable once',
      given: { ...ship(approval()), variables: [{ name: '__proto__' }, { name: '__proto__' }] },
      says: 'more than once: __proto__',
    },
    {
      rule: 'V1 has no mode',
      given: { ...ship(approval()), pipelineType: 'V1', executionMode: 'QUEUED' },
      says: 'QUEUED or PARALLEL mode',
    },
    {
      rule: 'V1 is not PARALLEL',
      given: { ...ship(approval()), pipelineType: 'V1', executionMode: 'PARALLEL' },
      says: 'QUEUED or PARALLEL mode',
    },
    {
      rule: 'V1 has no triggers',
      given: { ...ship(approval()), pipelineType: 'V1', triggers: [trigger] },
      says: 'Triggers on tag',
    },
    {
      rule: 'V1 has no variables',
      given: { ...ship(approval()), pipelineType: 'V1', variables: [{ name: 'a' }] },
      says: 'Pipeline variable can only',
    },
  ]);
  refuses(
    'InvalidStageDeclarationException',
    (['onFailure', 'onSuccess', 'beforeEntry'] as const).map((key) => ({
      rule: `V1 has no ${key}`,
      given: pipeline(conditional(key), { pipelineType: 'V1' }),
      says: 'Stage level conditions can only be used with V2',
    })),
  );
});

describe('stages', () => {
  const fifty = Array.from({ length: 50 }, (_each, index) => stage(`S${index}`, approval()));
  refuses('InvalidStructureException', [
    { rule: 'two at least', given: pipeline([]), says: 'only 1 stage(s)' },
    { rule: 'none is too few', given: pipeline([], { stages: [] }), says: 'only 0 stage(s)' },
    { rule: 'fifty at most', given: pipeline(fifty), says: 'too many stages: 51' },
    {
      rule: 'the first has sources only',
      given: pipeline([], { stages: [stage('Source', source(), approval()), stage('Ship', approval())] }),
      says: 'only contains source actions',
    },
    { rule: 'no later one has sources', given: ship(approval(), source('Again')), says: "Stage 'Ship' has some" },
    {
      rule: 'a thousand actions in all at most',
      given: pipeline(Array.from({ length: 20 }, (_each, index) => stage(`S${index}`, ...many(50)))),
      says: 'has 1001 actions',
    },
  ]);
  refuses('InvalidStageDeclarationException', [
    {
      rule: 'each name once',
      given: pipeline([stage('Ship', approval()), stage('Ship', approval())]),
      says: "'Ship' is used more than once",
    },
    {
      rule: 'each hostile name once',
      given: pipeline([stage('__proto__', approval()), stage('__proto__', approval())]),
      says: "'__proto__' is used more than once",
    },
    { rule: 'an action at least', given: pipeline([stage('Ship')]), says: "'Ship' has no actions" },
    {
      rule: 'the first too has an action',
      given: pipeline([stage('Ship', approval())], { stages: [stage('Source'), stage('Ship', approval())] }),
      says: "'Source' has no actions",
    },
    { rule: 'fifty actions at most', given: pipeline([stage('Ship', ...many(51))]), says: "'Ship' has 51 actions" },
  ]);
  refuses('InvalidBlockerDeclarationException', [
    {
      rule: 'no blockers before the first',
      given: pipeline([], {
        stages: [
          { ...stage('Source', source()), blockers: [{ name: 'b', type: 'Schedule' }] },
          stage('Ship', approval()),
        ],
      }),
      says: "'Source', cannot have blockers",
    },
  ]);
  refuses('InvalidActionDeclarationException', [
    {
      rule: 'each action once',
      given: ship(approval(), approval()),
      says: "'Ask' is used more than once in stage 'Ship'",
    },
    {
      rule: 'each hostile action once',
      given: ship(approval('__proto__'), approval('__proto__')),
      says: "'__proto__' is used",
    },
  ]);
});

describe('actions', () => {
  const hostile = JSON.parse('{"ProjectName":"web","__proto__":"x"}') as Record<string, string>;
  refuses('InvalidActionDeclarationException', [
    {
      rule: 'a type that is there',
      given: withAction({ actionTypeId: types }),
      says: "Provider: '__proto__', Owner: 'Custom', Version: '1') in action 'Ask' is not available in region 'EU_WEST_1'",
    },
    {
      rule: 'a version that is there',
      given: ship(build('Make', { actionTypeId: { ...build().actionTypeId, version: '2' } })),
      says: "Version: '2'",
    },
    {
      rule: 'all that is required',
      given: ship(build('Make', { configuration: {} })),
      says: "missing required configuration 'ProjectName'",
    },
    {
      rule: 'required and absent altogether',
      given: ship({ ...build(), configuration: undefined } as never),
      says: "'ProjectName'",
    },
    {
      rule: 'no unknown key',
      given: ship(build('Make', { configuration: { ProjectName: 'web', Projct: 'x' } })),
      says: "unknown configuration 'Projct'",
    },
    {
      rule: 'no hostile key',
      given: ship(build('Make', { configuration: hostile })),
      says: "unknown configuration '__proto__'",
    },
    {
      rule: 'a value of those allowed',
      given: ship(deploy('Put', { configuration: { BucketName: 'site', Extract: 'yes' } })),
      says: "'Extract' of action 'Put' is 'yes'. It must be one of: true, false.",
    },
    {
      rule: 'a key where nothing is extracted',
      given: ship(deploy('Put', { configuration: { BucketName: 'site', Extract: 'false' } })),
      says: "'ObjectKey', which Extract 'false' demands",
    },
    {
      rule: 'no fewer inputs',
      given: ship(build('Make', { inputArtifacts: [] })),
      says: '0 input artifacts which is less than the minimum count (1)',
    },
    {
      rule: 'no more inputs',
      given: ship(approval('Ask', { inputArtifacts: [{ name: 'Src' }] })),
      says: '1 input artifacts which is more than the maximum count (0)',
    },
    {
      rule: 'no fewer outputs',
      given: pipeline([stage('Ship', approval())], {
        stages: [stage('Source', source('Fetch', { outputArtifacts: [] })), stage('Ship', approval())],
      }),
      says: '0 output artifacts which is less than the minimum count (1)',
    },
    {
      rule: 'no more outputs',
      given: ship(deploy('Put', { outputArtifacts: [{ name: 'Out' }] })),
      says: '1 output artifacts which is more',
    },
    {
      rule: 'a timeout for approvals only',
      given: ship(build('Make', { timeoutInMinutes: 5 })),
      says: "Action 'Make' has timeoutInMinutes",
    },
    {
      rule: "sources in the pipeline's region",
      given: pipeline([], {
        artifactStores: { 'eu-west-1': store, 'us-east-1': store },
        artifactStore: undefined,
        stages: [stage('Source', source('Fetch', { region: 'us-east-1' })), stage('Ship', approval())],
      } as never),
      says: "Action 'Fetch' is in region us-east-1. Source, ThirdParty and Custom",
    },
    {
      rule: 'an input that somebody makes',
      given: ship(build('Make', { inputArtifacts: [{ name: 'constructor' }] })),
      says: 'Bundle constructor in action Make',
    },
    {
      rule: 'an input that is made before, not beside',
      given: ship(
        build('A', { outputArtifacts: [{ name: 'Out' }] }),
        build('B', { inputArtifacts: [{ name: 'Out' }] }),
      ),
      says: 'Bundle Out in action B',
    },
    {
      rule: 'an input that is made before, not after',
      given: ship(
        build('A', { inputArtifacts: [{ name: 'Out' }] }),
        build('B', { runOrder: 2, outputArtifacts: [{ name: 'Out' }] }),
      ),
      says: 'Bundle Out in action A',
    },
    {
      rule: 'an output of another stage once',
      given: ship(build('Make', { outputArtifacts: [{ name: 'Src' }] })),
      says: 'Src has been used more than once',
    },
    {
      rule: 'an output of the same action once',
      given: ship(build('Make', { outputArtifacts: [{ name: '__proto__' }, { name: '__proto__' }] })),
      says: '__proto__ has been used more than once',
    },
  ]);
});

describe('namespaces and references', () => {
  const refers = (text: string, more: object = {}) => approval('Ask', { configuration: { CustomData: text }, ...more });
  const at = (text: string) =>
    `StageName=[Ship], ActionName=[Ask], ActionConfigurationKey=[CustomData], VariableReferenceText=[${text}]`;
  const variables = [{ name: 'a', defaultValue: 'x' }];
  refuses('InvalidActionDeclarationException', [
    {
      rule: 'codepipeline is reserved',
      given: ship(approval('Ask', { namespace: 'codepipeline' })),
      says: "Namespace 'codepipeline' is reserved",
    },
    {
      rule: 'variables is reserved',
      given: { ...ship(approval('Ask', { namespace: 'variables' })), variables },
      says: "'variables' is reserved",
    },
    {
      rule: 'not the name of an artifact',
      given: ship(approval('Ask', { namespace: 'Src' })),
      says: "'Src' is the name of an artifact",
    },
    {
      rule: 'each once',
      given: ship(approval('A', { namespace: '__proto__' }), approval('B', { namespace: '__proto__' })),
      says: 'unique within the pipeline. StageName=[Ship], ActionName=[B], Namespace=[__proto__]',
    },
    { rule: 'one that is there', given: ship(refers('#{gone.X}')), says: `does not exist. ${at('#{gone.X}')}` },
    {
      rule: 'one that is no prototype',
      given: ship(refers('#{__proto__.X}')),
      says: `does not exist. ${at('#{__proto__.X}')}`,
    },
    { rule: 'variables, where none are declared', given: ship(refers('#{variables.X}')), says: 'does not exist' },
    {
      rule: 'not its own',
      given: ship(refers('#{me.X}', { namespace: 'me' })),
      says: `does not run before. ${at('#{me.X}')}`,
    },
    {
      rule: 'not one beside',
      given: ship(approval('B', { namespace: 'b' }), refers('#{b.X}')),
      says: 'does not run before',
    },
    {
      rule: 'not one of a later stage',
      given: pipeline([stage('Ship', refers('#{b.X}')), stage('Late', approval('B', { namespace: 'b' }))]),
      says: 'does not run before',
    },
  ]);
  refuses('InvalidStructureException', [
    {
      rule: 'no variables in sources',
      given: pipeline([], {
        variables,
        stages: [
          stage('Source', source('Fetch', { configuration: { S3Bucket: 'drop', S3ObjectKey: '#{variables.a}' } })),
          stage('Ship', approval()),
        ],
      }),
      says: 'cannot be used in source actions. StageName=[Source], ActionName=[Fetch], ActionConfigurationKey=[S3ObjectKey]',
    },
  ]);
});
