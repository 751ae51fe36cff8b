import { describe, expect, it } from 'vitest';
import type { FindActionType } from '../../../functions/domain/action-types.ts';
import type {
  ActionDeclaration,
  PipelineDeclaration,
  RuleDeclaration,
  StageDeclaration,
} from '../../../functions/domain/declaration.ts';
import { duplicates } from '../../../functions/domain/definition/duplicates.ts';
import { acceptDefinition, breachesOf } from '../../../functions/domain/definition.ts';
import { approval, build, home, pipeline, rule, source, stage } from '../definitions.ts';
import { findWith } from './find-with.ts';
import { otherType, typeId } from './other-type.ts';

/** What stands at a path of a definition. */
function standsAt(definition: PipelineDeclaration, at: readonly (string | number)[]): unknown {
  return at.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    definition,
  );
}

const wrong = pipeline(
  [
    stage('Ship', approval('Ask', { runOrder: 2, namespace: 'n' }), approval('Ask', { namespace: 'n' })),
    stage('Ship', source('Late'), build('Make', { inputArtifacts: [{ name: 'None' }, { name: 'Other' }] })),
  ],
  { variables: [{ name: 'v' }, { name: 'v' }, { name: 'v' }] },
);

describe('the breaches of a definition', () => {
  it('are all told, each with its place, and the first is refused', () => {
    const found = [...breachesOf(wrong, home)];

    expect(found.map(({ at }) => at.join('.'))).toEqual([
      'stages.2.actions.0.actionTypeId.category',
      'variables.1.name',
      'variables.2.name',
      'stages.2.name',
      'stages.1.actions.1.name',
      'stages.2.actions.1.configuration',
      'stages.2.actions.0.outputArtifacts.0.name',
      'stages.2.actions.1.inputArtifacts.0.name',
      'stages.2.actions.1.inputArtifacts.1.name',
      'stages.1.actions.1.namespace',
    ]);
    expect(() => acceptDefinition(wrong, home)).toThrow(found[0]?.refusal);
  });

  it('stand where they say', () => {
    for (const { at } of breachesOf(wrong, home)) expect(standsAt(wrong, at)).toBeDefined();
  });

  it('are none in a definition that is accepted', () => {
    const given = pipeline([stage('Ship', approval())]);

    expect([...breachesOf(given, home)]).toEqual([]);
  });
});

it.each([
  [[], []],
  [['a', 'b'], []],
  [
    ['a', 'b', 'a', 'a', '__proto__'],
    [2, 3],
  ],
  [['__proto__', '__proto__'], [1]],
])('of %j stood before: %j', (texts, numbers) => {
  expect(duplicates(texts)).toEqual(numbers);
});

/** All that is said of a definition: where, with which code, and what. */
const said = (definition: PipelineDeclaration, find?: FindActionType) =>
  [...breachesOf(definition, home, undefined, find)].map(
    ({ refusal, at }) => `${at.join('.')} ${refusal.code}: ${refusal.message}`,
  );
const ship = (...actions: ActionDeclaration[]) => pipeline([stage('Ship', ...actions)]);
const many = (count: number) => Array.from({ length: count }, (_, index) => approval(`A${index}`));
const first = (more: Partial<StageDeclaration>, later: readonly StageDeclaration[] = [stage('Ship', approval())]) =>
  pipeline([], { stages: [{ ...stage('Source', source()), ...more }, ...later] });
const hooked = (more: Partial<StageDeclaration>, of: Partial<PipelineDeclaration> = {}) =>
  pipeline([stage('Test', approval()), { ...stage('Ship', approval()), ...more }], of);
const condition = (result: string, ...rules: RuleDeclaration[]) => ({ result, rules });
const rollback = { result: 'ROLLBACK' };
const long = 'x'.repeat(400);

interface Told {
  readonly name: string;
  readonly given: PipelineDeclaration;
  readonly says: readonly string[];
}

const tells = (code: string, rows: readonly Told[], find?: FindActionType) =>
  it.each(rows)('$name', ({ given, says }) => {
    expect(said(given, find)).toEqual(says.map((each) => each.replace(' ', ` ${code}: `)));
  });

describe('what is said of names', () => {
  tells('ValidationException', [
    {
      name: 'is told of a pipeline, a stage and an action',
      given: { ...pipeline([stage('..', approval(), approval('.'))]), name: '..' },
      says: [
        "name pipeline.name is '..', which a path cannot hold. Choose another name.",
        "stages.1.name pipeline.stages[1].name is '..', which a path cannot hold. Choose another name.",
        "stages.1.actions.1.name pipeline.stages[1].actions[1].name is '.', which a path cannot hold. Choose another name.",
      ],
    },
  ]);
});

describe('what is said of artifact stores', () => {
  const store = { type: 'S3', location: 'store' } as const;
  const far = hooked({ actions: [approval('Ask', { region: 'us-east-1' })] });
  const { artifactStore: _, ...storeless } = far;
  tells('ValidationException', [
    {
      name: 'is that there is one kind of them',
      given: { ...storeless, artifactStore: store, artifactStores: { 'eu-west-1': store, 'us-east-1': store } },
      says: [
        "artifactStores A pipeline has either 'pipeline.artifactStore' or 'pipeline.artifactStores', not both.",
        "artifactStore The pipeline has actions in more than one region. Use 'pipeline.artifactStores' instead of 'pipeline.artifactStore'.",
      ],
    },
    {
      name: 'is that one is missing',
      given: { ...storeless, artifactStores: { 'eu-west-1': store } },
      says: ["artifactStores The following region is missing in 'pipeline.artifactStores': us-east-1"],
    },
  ]);
});

describe('what is said of stages', () => {
  const blocker = { name: 'Freeze', type: 'Schedule' } as const;
  tells('InvalidBlockerDeclarationException', [
    { name: 'is nothing of no blockers', given: first({ blockers: [] }), says: [] },
    { name: 'is nothing of blockers of a later one', given: hooked({ blockers: [blocker] }), says: [] },
    {
      name: 'is that the first has no blockers',
      given: first({ blockers: [blocker] }),
      says: ["stages.0.blockers The first stage, 'Source', cannot have blockers."],
    },
  ]);
  tells('InvalidStageDeclarationException', [
    { name: 'is nothing of 50 actions', given: ship(...many(50)), says: [] },
    {
      name: 'is that 51 actions are too many',
      given: ship(...many(51)),
      says: ["stages.1.actions Stage 'Ship' has 51 actions. A stage can have up to 50."],
    },
    {
      name: 'is that one has no actions',
      given: pipeline([stage('Ship', approval()), stage('Empty')]),
      says: ["stages.2.actions Stage 'Empty' has no actions. A stage must have at least one."],
    },
  ]);
  const withLast = (count: number) =>
    pipeline([...Array(19).keys()].map((each) => stage(`S${each}`, ...many(50))).concat(stage('Last', ...many(count))));
  tells('InvalidStructureException', [
    { name: 'is nothing of 1,000 actions', given: withLast(49), says: [] },
    {
      name: 'is that 1,001 actions are too many',
      given: withLast(50),
      says: ["stages Pipeline 'web' has 1001 actions. A pipeline can have up to 1000."],
    },
    {
      name: 'is that 51 stages are too many',
      given: pipeline([...Array(50).keys()].map((each) => stage(`S${each}`, approval()))),
      says: ["stages Pipeline 'web' has too many stages: 51. A pipeline can have up to 50."],
    },
    {
      name: 'is that the first has only sources',
      given: pipeline([], { stages: [stage('Source', source(), approval()), stage('Ship', approval())] }),
      says: [
        "stages.0.actions.1.actionTypeId.category Pipeline 'web' should start with a stage that only contains source actions. Action 'Ask' of its first stage has the category Approval.",
      ],
    },
    {
      name: 'is that there are too few, when there are none',
      given: pipeline([], { stages: [] }),
      says: [
        "stages Pipeline 'web' has only 0 stage(s). There should be a minimum of 2 stages in a pipeline.",
        "stages Pipeline 'web' should have at least 1 action whose category is not Source.",
      ],
    },
  ]);
});

describe('what is said of conditions', () => {
  const alarm = rule('CloudWatchAlarm');
  const noRollback = (hook: string) =>
    `Stage 'Source' has the result ROLLBACK in ${hook}, but a source stage cannot be rolled back.`;
  const noParallel = "The rollback result type cannot be added to a PARALLEL pipeline. Stage 'Ship' has one.";
  tells('InvalidStageDeclarationException', [
    {
      name: 'is nothing of a source stage that is retried or fails',
      given: first({ onFailure: { result: 'RETRY' }, onSuccess: { conditions: [condition('FAIL', alarm)] } }),
      says: [],
    },
    {
      name: 'is that a source stage is not rolled back by itself',
      given: first({ onFailure: rollback }),
      says: [`stages.0.onFailure.result ${noRollback('onFailure')}`],
    },
    {
      name: 'is that a source stage is not rolled back by its conditions',
      given: first({
        onSuccess: { conditions: [condition('FAIL', alarm), condition('ROLLBACK', alarm)] },
        onFailure: { conditions: [condition('ROLLBACK', alarm)] },
      }),
      says: [
        `stages.0.onSuccess.conditions.1.result ${noRollback('onSuccess')}`,
        `stages.0.onFailure.conditions.0.result ${noRollback('onFailure')}`,
      ],
    },
    {
      name: 'is nothing of PARALLEL mode without a rollback',
      given: hooked(
        { onSuccess: { conditions: [condition('FAIL', alarm)] }, onFailure: { result: 'RETRY' } },
        { executionMode: 'PARALLEL' },
      ),
      says: [],
    },
    {
      name: 'is that PARALLEL mode rolls nothing back',
      given: hooked(
        { onSuccess: { conditions: [condition('FAIL', alarm), condition('ROLLBACK', alarm)] }, onFailure: rollback },
        { executionMode: 'PARALLEL' },
      ),
      says: [`stages.2.onSuccess.conditions.1.result ${noParallel}`, `stages.2.onFailure.result ${noParallel}`],
    },
    {
      name: 'is that a failure has a result or conditions',
      given: hooked({ onFailure: { result: 'RETRY', conditions: [condition('ROLLBACK', alarm)] } }),
      says: [
        "stages.2.onFailure Stage 'Ship' has a failure exit gate configured with both top level result and conditions. It can have one of them.",
      ],
    },
    {
      name: 'is that only RETRY is configured',
      given: hooked({ onFailure: { ...rollback, retryConfiguration: { retryMode: 'ALL_ACTIONS' } } }),
      says: [
        "stages.2.onFailure.retryConfiguration Stage 'Ship' has a retryConfiguration in onFailure, which is for the result RETRY only.",
      ],
    },
    {
      name: 'is which results a failure may have',
      given: hooked({ onFailure: { result: 'SKIP' } }),
      says: [
        "stages.2.onFailure.result Stage 'Ship' has the result SKIP in onFailure, which can have: ROLLBACK, RETRY.",
      ],
    },
    {
      name: 'is which results a condition may have',
      given: hooked({ beforeEntry: { conditions: [condition('FAIL'), condition('RETRY')] } }),
      says: [
        "stages.2.beforeEntry.conditions.1.result Stage 'Ship' has the result RETRY in a condition of beforeEntry, which can have: FAIL, SKIP.",
      ],
    },
    {
      name: 'is which rules may skip',
      given: hooked({
        beforeEntry: { conditions: [condition('SKIP', rule('VariableCheck'), rule('LambdaInvoke'), alarm)] },
      }),
      says: [
        "stages.2.beforeEntry.conditions.0.rules.2.ruleTypeId Stage 'Ship' has the result SKIP with rule 'CloudWatchAlarmRule' of CloudWatchAlarm. SKIP can only be used with LambdaInvoke and VariableCheck.",
      ],
    },
  ]);
});

describe('what is said of configurations', () => {
  const clone = (repository: string) =>
    first({
      actions: [
        source('Clone', {
          actionTypeId: typeId('Source/AWS/CodeStarSourceConnection/1'),
          configuration: { ConnectionArn: 'arn', FullRepositoryId: repository, BranchName: 'main' },
        }),
      ],
    });
  const made = (configuration: Record<string, string>) =>
    ship(build('Make', { actionTypeId: typeId('Build/Custom/Forge/1'), configuration }));
  const forge = otherType('Build/Custom/Forge/1', {
    properties: [
      { name: 'Queue', required: false, queryable: true, description: '' },
      { name: 'Size', required: false, values: ['small', 'large'], description: '' },
      { name: 'Word', required: false, fault: () => 'It is wrong.', description: '' },
      { name: 'NotificationArn', required: false, description: '' },
      { name: 'FullRepositoryId', required: false, description: '' },
    ],
  });
  const notify = (NotificationArn: string) => ship(approval('Ask', { configuration: { NotificationArn } }));
  const topic = 'arn:aws:sns:eu-west-1:111122223333:';
  tells(
    'InvalidActionDeclarationException',
    [
      { name: 'is nothing of a repository’s name of 600 characters', given: clone('r'.repeat(600)), says: [] },
      {
        name: 'is that a repository’s name is too long',
        given: clone('r'.repeat(601)),
        says: [
          "stages.0.actions.0.configuration.FullRepositoryId The FullRepositoryId of action 'Clone' has 601 characters; at most 600 are allowed.",
        ],
      },
      { name: 'is nothing of a topic of 256 characters', given: notify(topic + 'x'.repeat(256)), says: [] },
      {
        name: 'is the beginning of what is no topic',
        given: notify(topic + long),
        says: [
          `stages.1.actions.0.configuration.NotificationArn The NotificationArn '${topic}${'x'.repeat(300 - topic.length)}' of action 'Ask' is not the ARN of an SNS topic in region eu-west-1.`,
        ],
      },
      {
        name: 'is nothing of such keys of other types',
        given: made({ NotificationArn: 'x', FullRepositoryId: 'r'.repeat(601) }),
        says: [],
      },
      {
        name: 'is the beginning of a value that is wrong',
        given: made({ Queue: long, Size: long, Word: long }),
        says: [
          `stages.1.actions.0.configuration.Queue The configuration 'Queue' of action 'Make' is '${'x'.repeat(100)}'. It is queryable: it must be 1 to 50 letters, digits, '_' and '-'.`,
          `stages.1.actions.0.configuration.Size The configuration 'Size' of action 'Make' is '${'x'.repeat(100)}'. It must be one of: small, large.`,
          `stages.1.actions.0.configuration.Word The configuration 'Word' of action 'Make' is '${'x'.repeat(100)}'. It is wrong.`,
        ],
      },
    ],
    findWith(forge),
  );
});

describe('what is said of actions', () => {
  const mine = { actionTypeId: typeId('Build/Custom/Commands/1'), configuration: {} };
  tells(
    'InvalidActionDeclarationException',
    [
      { name: 'is nothing of a custom type that is called Commands', given: ship(build('Make', mine)), says: [] },
      {
        name: 'is that its type is not there',
        given: ship(approval(), approval('Late', { actionTypeId: typeId('Approval/AWS/Manual/2') })),
        says: [
          "stages.1.actions.1.actionTypeId ActionType (Category: 'Approval', Provider: 'Manual', Owner: 'AWS', Version: '2') in action 'Late' is not available in region 'EU_WEST_1'",
        ],
      },
      {
        name: 'is that it has no role',
        given: ship(build('Make', { ...mine, roleArn: 'arn:aws:iam::111122223333:role/x' })),
        says: [
          "stages.1.actions.0.roleArn Action 'Make' has a roleArn. Custom actions have none: their workers have roles of their own.",
        ],
      },
      {
        name: 'is that it has no time',
        given: ship(build('Make', { timeoutInMinutes: 60 })),
        says: [
          "stages.1.actions.0.timeoutInMinutes Action 'Make' has timeoutInMinutes, which only manual approval actions can have.",
        ],
      },
      {
        name: 'is which of its outputs has files',
        given: ship(build('Make', { outputArtifacts: [{ name: 'A' }, { name: 'B', files: ['**/*'] }] })),
        says: [
          "stages.1.actions.0.outputArtifacts.1.files Action 'Make' has outputArtifacts.files, which actions of the type Build/AWS/CodeBuild/1 do not have.",
        ],
      },
    ],
    findWith(otherType('Build/Custom/Commands/1')),
  );

  const artifactStores = {
    'eu-west-1': { type: 'S3', location: 'here' },
    'us-east-1': { type: 'S3', location: 'far' },
  } as const;
  const { artifactStore: _, ...far } = first({ actions: [source('Fetch', { region: 'us-east-1' })] });
  tells('InvalidActionDeclarationException', [
    {
      name: 'is that a source is in the Region of the pipeline',
      given: { ...far, artifactStores },
      says: [
        "stages.0.actions.0.region Action 'Fetch' is in region us-east-1. Source, ThirdParty and Custom actions must be in the region of the pipeline, eu-west-1.",
      ],
    },
  ]);
});

describe('what is said of namespaces and references', () => {
  const custom = (name: string, CustomData: string, more: Partial<ActionDeclaration> = {}) =>
    approval(name, { configuration: { CustomData }, ...more });
  const run = (commands: readonly string[], value: string) =>
    build('Run', {
      actionTypeId: typeId('Compute/AWS/Commands/1'),
      configuration: {},
      commands,
      environmentVariables: [
        { name: 'A', value: 'a' },
        { name: 'B', value },
      ],
    });
  const gone = (name: string, key: string) =>
    `The variable reference names a namespace that does not exist. StageName=[Ship], ActionName=[${name}], ActionConfigurationKey=[${key}], VariableReferenceText=[#{gone.X}]`;
  const variables = [{ name: 'v' }];
  tells('InvalidActionDeclarationException', [
    {
      name: 'is nothing of variables that a pipeline does not declare',
      given: ship(approval('Ask', { namespace: 'variables' })),
      says: [],
    },
    {
      name: 'is that variables are the pipeline’s',
      given: { ...ship(approval('Ask', { namespace: 'variables' })), variables },
      says: [
        "stages.1.actions.0.namespace Namespace 'variables' is reserved. StageName=[Ship], ActionName=[Ask], Namespace=[variables]",
      ],
    },
    {
      name: 'is that one comes twice, of which the first is referred to',
      given: ship(
        approval('One', { namespace: 'n' }),
        custom('Two', '#{n.X}', { runOrder: 2 }),
        approval('Three', { runOrder: 3, namespace: 'n' }),
      ),
      says: [
        'stages.1.actions.2.namespace Namespaces must be unique within the pipeline. StageName=[Ship], ActionName=[Three], Namespace=[n]',
      ],
    },
    {
      name: 'is where a reference names none, whatever variables there are',
      given: {
        ...ship(custom('Ask', '#{variables.v} #{gone.X}'), run(['ls', 'cat #{gone.X}'], '#{gone.X}')),
        variables,
      },
      says: [
        `stages.1.actions.0.configuration.CustomData ${gone('Ask', 'CustomData')}`,
        `stages.1.actions.1.commands.1 ${gone('Run', 'commands')}`,
        `stages.1.actions.1.environmentVariables.1.value ${gone('Run', 'B')}`,
      ],
    },
    {
      name: 'is where a reference of a rule names none',
      given: pipeline([
        {
          ...stage('Ship', approval()),
          onSuccess: {
            conditions: [
              { rules: [rule('VariableCheck')] },
              {
                rules: [rule('VariableCheck'), rule('Commands', { commands: ['ls', 'echo #{gone.X}'], name: 'Check' })],
              },
            ],
          },
        },
      ]),
      says: [`stages.1.onSuccess.conditions.1.rules.1.commands.1 ${gone('Check', 'commands')}`],
    },
  ]);
});

describe('what is said of a pipeline of type V1', () => {
  const trigger = {
    providerType: 'CodeStarSourceConnection',
    gitConfiguration: { sourceActionName: 'Fetch' },
  } as const;

  it.each<[string, Partial<PipelineDeclaration>, StageDeclaration]>([
    ['executionMode', { executionMode: 'QUEUED' }, stage('Ship', approval())],
    ['triggers', { triggers: [trigger] }, stage('Ship', approval())],
    ['variables', { variables: [{ name: 'a' }] }, stage('Ship', approval())],
    ['stages.1.onSuccess', {}, { ...stage('Ship', approval()), onSuccess: {} }],
    [
      'stages.1.actions.0.actionTypeId',
      {},
      stage('Ship', build('Make', { actionTypeId: typeId('Compute/AWS/Commands/1'), commands: ['make'] })),
    ],
  ])('names the place %s', (place, more, of) => {
    const found = [...breachesOf(pipeline([of], { ...more, pipelineType: 'V1' }), home)];

    expect(found.filter(({ refusal }) => refusal.message.includes('V2')).map(({ at }) => at.join('.'))).toEqual([
      place,
    ]);
  });
});
