import { describe, expect, test } from 'vitest';
import { acceptDefinition, maskSecrets } from '../../functions/domain/definition.ts';
import { findWith } from './definition/find-with.ts';
import { otherType } from './definition/other-type.ts';
import { approval, build, deploy, home, pipeline, source, stage } from './definitions.ts';

const find = findWith(
  otherType('Invoke/Custom/Hook/1', {
    properties: [
      { name: 'Url', required: true, description: '' },
      { name: 'Password', required: false, secret: true, description: '' },
    ],
    inputArtifacts: { minimum: 0, maximum: 0 },
    outputArtifacts: { minimum: 0, maximum: 0 },
    timeoutInMinutes: 5,
  }),
);

const store = { type: 'S3', location: 'store' } as const;
const hook = (configuration: Record<string, string>) =>
  approval('Call', {
    actionTypeId: { category: 'Invoke', owner: 'Custom', provider: 'Hook', version: '1' },
    configuration,
  });
const calls = (configuration: Record<string, string>, name = 'Ship') => pipeline([stage(name, hook(configuration))]);

test('an action may be in another Region that has an artifact store: it fails when it is run', () => {
  const { artifactStore: _, ...storeless } = pipeline([stage('Ship', approval('Ask', { region: 'us-east-1' }))]);

  const accepted = acceptDefinition(
    { ...storeless, artifactStores: { [home.region]: store, 'us-east-1': store } },
    home,
  );

  expect(accepted.stages[1]?.actions[0]?.region).toBe('us-east-1');
});

describe('the defaults of CodePipeline', () => {
  test('are filled in', () => {
    const accepted = acceptDefinition(pipeline([stage('Ship', approval())]), home);

    expect(accepted).toMatchObject({
      pipelineType: 'V1',
      executionMode: 'SUPERSEDED',
      stages: [
        { actions: [{ runOrder: 1, inputArtifacts: [], outputArtifacts: [{ name: 'Src' }] }] },
        { actions: [{ runOrder: 1, configuration: {}, inputArtifacts: [], outputArtifacts: [] }] },
      ],
    });
  });

  test.each([
    { name: 'variables', more: { variables: [{ name: 'a' }] }, type: 'V2' },
    { name: 'no variables', more: { variables: [], triggers: [] }, type: 'V1' },
    { name: 'the mode QUEUED', more: { executionMode: 'QUEUED' as const }, type: 'V2' },
    { name: 'the mode PARALLEL', more: { executionMode: 'PARALLEL' as const }, type: 'V2' },
    { name: 'the mode SUPERSEDED', more: { executionMode: 'SUPERSEDED' as const }, type: 'V1' },
    { name: 'a type', more: { pipelineType: 'V2' as const }, type: 'V2' },
  ])('make a pipeline with $name $type', ({ more, type }) => {
    const accepted = acceptDefinition(pipeline([stage('Ship', approval())], more), home);

    expect(accepted.pipelineType).toBe(type);
  });

  test.each([
    { result: 'RETRY', retryConfiguration: { retryMode: 'ALL_ACTIONS' } },
    { result: 'RETRY' },
    { result: 'ROLLBACK' },
    {},
  ] as const)('make one V2 whose stage says what follows a failure: %j', (onFailure) => {
    const accepted = acceptDefinition(pipeline([{ ...stage('Ship', approval()), onFailure }]), home);

    expect(accepted).toMatchObject({ pipelineType: 'V2', stages: [{}, { onFailure }] });
  });

  test('replace nothing that is given', () => {
    const given = acceptDefinition(pipeline([stage('Ship', approval('Ask', { runOrder: 7 }))]), home);

    const again = acceptDefinition(given, home, given);

    expect(again).toEqual(given);
    expect(again.stages[1]?.actions[0]?.runOrder).toBe(7);
  });
});

describe('a definition is accepted', () => {
  const { artifactStore: _, ...storeless } = pipeline([stage('Ship', approval())]);
  const reference = (text: string) => approval('Ask', { runOrder: 2, configuration: { CustomData: text } });
  test.each([
    { name: 'with a store for each region', given: { ...storeless, artifactStores: { 'eu-west-1': store } } },
    {
      name: 'with a region that is its own',
      given: pipeline([stage('Ship', approval('Ask', { region: 'eu-west-1' }))]),
    },
    {
      name: 'with a timeout for an approval',
      given: pipeline([stage('Ship', approval('Ask', { timeoutInMinutes: 5 }))]),
    },
    {
      name: 'with a later step that takes what an earlier one makes',
      given: pipeline([
        stage(
          'Ship',
          deploy('Put', { runOrder: 2, inputArtifacts: [{ name: 'Out' }] }),
          build('Make', { outputArtifacts: [{ name: 'Out' }] }),
        ),
      ]),
    },
    {
      name: 'with a deploy that is not extracted',
      given: pipeline([
        stage('Ship', deploy('Put', { configuration: { BucketName: 'b', Extract: 'false', ObjectKey: 'k' } })),
      ]),
    },
    {
      name: 'with a reference where a value is one of a few',
      given: pipeline([
        stage(
          'Ship',
          approval('A', { namespace: 'a' }),
          deploy('Put', { runOrder: 2, configuration: { BucketName: 'b', Extract: '#{a.b}' } }),
        ),
      ]),
    },
    {
      name: 'with an earlier namespace',
      given: pipeline([stage('Ship', approval('A', { namespace: 'a' }), reference('#{a.b}'))]),
    },
    {
      name: 'with a namespace of an earlier stage',
      given: pipeline([
        stage('Make', build('Make', { namespace: '__proto__' })),
        stage('Ship', reference('#{__proto__.b}')),
      ]),
    },
    {
      name: 'with the namespace of the run',
      given: pipeline([stage('Ship', reference('#{codepipeline.PipelineExecutionId} #{rule.x}'))]),
    },
    {
      name: 'with a variable',
      given: pipeline([stage('Ship', reference('#{variables.a}'))], { variables: [{ name: 'a' }] }),
    },
    {
      name: 'with the namespace variables, where there are none',
      given: pipeline([stage('Ship', approval('A', { namespace: 'variables' }), reference('#{variables.x}'))]),
    },
    {
      name: 'with stages of hostile names',
      given: pipeline([stage('__proto__', approval('__proto__')), stage('constructor', approval('__proto__'))]),
    },
    {
      name: 'with several sources',
      given: pipeline([], {
        stages: [
          stage('Source', source(), source('Two', { outputArtifacts: [{ name: 'constructor' }] })),
          stage('Ship', approval()),
        ],
      }),
    },
  ])('$name', ({ given }) => {
    const accepted = acceptDefinition(given, home, undefined, find);

    expect(accepted).toMatchObject(given);
  });
});

describe('a secret', () => {
  const kept = calls({ Url: 'https://x.example', Password: 'pass' });

  test('is shown as ****, and nothing else is', () => {
    const shown = maskSecrets(acceptDefinition(kept, home, undefined, find), find);

    expect(shown.stages[1]?.actions[0]?.configuration).toEqual({ Url: 'https://x.example', Password: '****' });
    expect(shown.stages[0]?.actions[0]?.configuration).toEqual(source().configuration);
  });

  test('is taken from the version before when it comes back as ****', () => {
    const accepted = acceptDefinition(maskSecrets(kept, find), home, kept, find);

    expect(accepted.stages[1]?.actions[0]?.configuration).toEqual({ Url: 'https://x.example', Password: 'pass' });
  });

  test('is replaced by another', () => {
    const accepted = acceptDefinition(calls({ Url: 'u', Password: 'new' }), home, kept, find);

    expect(accepted.stages[1]?.actions[0]?.configuration).toEqual({ Url: 'u', Password: 'new' });
  });

  test('may be absent', () => {
    const accepted = acceptDefinition(calls({ Url: 'u' }), home, kept, find);

    expect(accepted.stages[1]?.actions[0]?.configuration).toEqual({ Url: 'u' });
  });

  test.each([
    { name: 'no version is before', before: undefined },
    { name: 'the action is of another stage', before: calls({ Url: 'u', Password: 'pass' }, 'Other') },
    { name: 'the action was another', before: pipeline([stage('Ship', approval())]) },
    { name: 'the action had none', before: calls({ Url: 'u' }) },
  ])('cannot come back as **** when $name', ({ before }) => {
    const accept = () => acceptDefinition(maskSecrets(kept, find), home, before, find);

    expect(accept).toThrow(
      expect.objectContaining({
        code: 'InvalidActionDeclarationException',
        message:
          "The configuration 'Password' of action 'Call' is '****', which can be used only when updating an existing action.",
      }),
    );
  });

  test('that is no secret may be ****', () => {
    const accepted = acceptDefinition(calls({ Url: '****' }), home, undefined, find);

    expect(accepted.stages[1]?.actions[0]?.configuration).toEqual({ Url: '****' });
  });

  test('is in no action of a type that nobody knows', () => {
    const unknown = approval('Odd', {
      actionTypeId: { category: 'Test', owner: 'Custom', provider: 'Odd', version: '1' },
      configuration: { a: 'b' },
    });
    const given = pipeline([stage('Ship', unknown)]);

    const shown = maskSecrets(given, find);

    expect(shown).toEqual(given);
  });
});
