import { describe, expect, test } from 'vitest';
import type {
  ActionDeclaration,
  GitFilters,
  PipelineDeclaration,
  StageDeclaration,
} from '../../../functions/domain/declaration.ts';
import { acceptDefinition } from '../../../functions/domain/definition.ts';
import { approval, build, home, pipeline, rule, source, stage } from '../definitions.ts';
import { findWith } from './find-with.ts';
import { otherType, typeId } from './other-type.ts';

const find = findWith(otherType('Build/Custom/Jenkins/1'));

interface Row {
  readonly rule: string;
  readonly given: PipelineDeclaration;
  readonly says: string;
}

const refuses = (code: string, rows: readonly Row[]) =>
  test.each(rows)(`$rule: ${code}`, ({ given, says }) => {
    const accept = () => acceptDefinition(given, home, undefined, find);

    expect(accept).toThrow(expect.objectContaining({ name: code, code, message: expect.stringContaining(says) }));
  });

const accepts = (rows: readonly Omit<Row, 'says'>[]) =>
  test.each(rows)('$rule: accepted', ({ given }) => {
    const accepted = acceptDefinition(given, home, undefined, find);

    expect(accepted).toMatchObject(given);
  });

const ship = (...actions: ActionDeclaration[]) => pipeline([stage('Ship', ...actions)]);
const sources = (...actions: ActionDeclaration[]) =>
  pipeline([], { stages: [stage('Source', ...actions), stage('Ship', approval())] });
const connection = source('Clone', {
  actionTypeId: typeId('Source/AWS/CodeStarSourceConnection/1'),
  configuration: { ConnectionArn: 'arn', FullRepositoryId: 'acme/site', BranchName: 'main' },
  outputArtifacts: [{ name: 'Cloned' }],
});
const inStores = ({ artifactStore: store, ...others }: PipelineDeclaration): PipelineDeclaration =>
  store ? { ...others, artifactStores: { 'eu-west-1': store, 'us-east-1': store } } : others;

describe('the whole pipeline', () => {
  const trigger = (sourceActionName: string) =>
    ({ providerType: 'CodeStarSourceConnection', gitConfiguration: { sourceActionName } }) as const;
  const triggered = (...names: string[]) => ({ ...sources(connection, source()), triggers: names.map(trigger) });
  refuses('InvalidStructureException', [
    {
      rule: 'it has more than sources',
      given: ship(source('Again')),
      says: "'web' should have at least 1 action whose category is not Source",
    },
    {
      rule: 'its first stage is told by what is wrong in it',
      given: sources(source(), approval('Early')),
      says: "Action 'Early' of its first stage has the category Approval",
    },
    ...['Nobody', 'Fetch', 'Ask', 'constructor'].map((name) => ({
      rule: `a trigger is of a connection source, not of ${name}`,
      given: triggered('Clone', name),
      says: `must reference a CodeStarSourceConnection action. '${name}' is no such action`,
    })),
    {
      rule: 'a source action has one trigger',
      given: triggered('Clone', 'Clone'),
      says: "'Clone' has more than one trigger",
    },
  ]);

  const filtered = (filters: GitFilters): PipelineDeclaration => ({
    ...sources(connection, source()),
    triggers: [
      { providerType: 'CodeStarSourceConnection', gitConfiguration: { sourceActionName: 'Clone', ...filters } },
    ],
  });
  const main = { includes: ['main', 'dev'] };
  refuses('InvalidStructureException', [
    { rule: 'a trigger has filters', given: filtered({}), says: "'Clone' has neither push nor pullRequest" },
    {
      rule: 'a filter is there once, in whatever order',
      given: filtered({ push: [{ branches: main }, { branches: { includes: ['dev', 'main'] } }] }),
      says: "'Clone' has the same push filter more than once",
    },
    ...[
      { push: [{ tags: { includes: ['[a'] } }] },
      { push: [{ branches: { excludes: ['main', '[a'] } }] },
      { push: [{ branches: main }, { filePaths: { includes: ['[a'] } }] },
      { pullRequest: [{ branches: { includes: ['[a'] } }] },
      { pullRequest: [{ filePaths: { excludes: ['[a'] } }] },
    ].map((filters) => ({
      rule: `a pattern can be read: ${JSON.stringify(filters)}`,
      given: filtered(filters),
      says: "'[' has no ']'",
    })),
    {
      rule: 'all triggers together have 200 KB',
      given: filtered({ push: [{ branches: { includes: ['é'.repeat(110_000)] } }] }),
      says: 'They can have 204800',
    },
  ]);

  test('a trigger with filters of each kind is accepted as it is, and makes the pipeline V2', () => {
    const given = filtered({
      push: [{ tags: { includes: ['v*'] } }, { branches: main, filePaths: { excludes: ['docs/**'] } }],
      pullRequest: [
        { events: ['OPEN'], branches: main },
        { events: ['CLOSED'], branches: main },
      ],
    });

    const accepted = acceptDefinition(given, home, undefined, find);

    expect(accepted.triggers).toEqual(given.triggers);
    expect(accepted.pipelineType).toBe('V2');
  });
});

describe('conditions of stages', () => {
  const condition = (result: string, ...providers: string[]) => ({
    conditions: [{ result, rules: providers.map((provider) => rule(provider)) }],
  });
  const conditional = (hooks: Partial<StageDeclaration>, more: Partial<PipelineDeclaration> = {}) =>
    pipeline([{ ...stage('Ship', approval()), ...hooks }], more);
  refuses('InvalidStageDeclarationException', [
    {
      rule: 'onFailure has a result or conditions',
      given: conditional({ onFailure: { result: 'RETRY', ...condition('ROLLBACK', 'CloudWatchAlarm') } }),
      says: "'Ship' has a failure exit gate configured with both top level result and conditions",
    },
    ...[
      { onFailure: { result: 'ROLLBACK' } },
      { onFailure: condition('ROLLBACK', 'CloudWatchAlarm') },
      { onSuccess: condition('ROLLBACK', 'CloudWatchAlarm') },
    ].map((hooks) => ({
      rule: `PARALLEL knows no ROLLBACK, as in ${JSON.stringify(hooks).slice(0, 40)}`,
      given: conditional(hooks, { executionMode: 'PARALLEL' }),
      says: 'rollback result type cannot be added to a PARALLEL pipeline',
    })),
    ...[
      ['beforeEntry', 'ROLLBACK'],
      ['beforeEntry', 'RETRY'],
      ['onSuccess', 'SKIP'],
      ['onSuccess', 'RETRY'],
      ['onFailure', 'FAIL'],
      ['onFailure', 'SKIP'],
      ['onFailure', 'RETRY'],
    ].map(([hook = '', result = '']) => ({
      rule: `a condition of ${hook} cannot lead to ${result}`,
      given: conditional({ [hook]: condition(result, 'LambdaInvoke') }),
      says: `'Ship' has the result ${result} in a condition of ${hook}, which can have: `,
    })),
    ...['FAIL', 'SKIP'].map((result) => ({
      rule: `onFailure itself cannot lead to ${result}`,
      given: conditional({ onFailure: { result } }),
      says: `'Ship' has the result ${result} in onFailure, which can have: ROLLBACK, RETRY`,
    })),
    {
      rule: 'only RETRY is configured',
      given: conditional({ onFailure: { result: 'ROLLBACK', retryConfiguration: { retryMode: 'ALL_ACTIONS' } } }),
      says: "'Ship' has a retryConfiguration in onFailure, which is for the result RETRY only",
    },
    {
      rule: 'a source stage is not rolled back',
      given: pipeline([stage('Ship', approval())], {
        stages: [{ ...stage('Source', source()), onFailure: { result: 'ROLLBACK' } }, stage('Ship', approval())],
      }),
      says: "'Source' has the result ROLLBACK in onFailure, but a source stage cannot be rolled back",
    },
    ...(['onSuccess', 'onFailure'] as const).map((hook) => ({
      rule: `a source stage is not rolled back by a condition of ${hook}`,
      given: pipeline([stage('Ship', approval())], {
        stages: [
          { ...stage('Source', source()), [hook]: condition('ROLLBACK', 'CloudWatchAlarm') },
          stage('Ship', approval()),
        ],
      }),
      says: `'Source' has the result ROLLBACK in ${hook}, but a source stage cannot be rolled back`,
    })),
    {
      rule: 'SKIP is for two rules only',
      given: conditional({ beforeEntry: condition('SKIP', 'LambdaInvoke', 'DeploymentWindow') }),
      says: "SKIP with rule 'DeploymentWindowRule' of DeploymentWindow. SKIP can only be used with LambdaInvoke and VariableCheck",
    },
  ]);
  accepts(
    [
      { beforeEntry: condition('FAIL', 'DeploymentWindow') },
      { beforeEntry: condition('SKIP', 'LambdaInvoke', 'VariableCheck') },
      { onSuccess: condition('ROLLBACK', 'CloudWatchAlarm') },
      { onSuccess: condition('FAIL', 'CodeBuild') },
      { onFailure: condition('ROLLBACK', 'CloudWatchAlarm') },
      { onSuccess: { conditions: [{}] } },
    ].map((hooks) => ({ rule: JSON.stringify(hooks).slice(0, 80), given: conditional(hooks) })),
  );
  const variable = (hook: string, text: string) =>
    pipeline([
      stage('Test', approval('Before', { namespace: 'before' })),
      {
        ...stage('Ship', approval('Ask', { namespace: 'here', runOrder: 999 })),
        [hook]: {
          conditions: [
            { rules: [rule('VariableCheck', { configuration: { Variable: text, Operator: 'EQ', Value: 'main' } })] },
          ],
        },
      },
      stage('Late', approval('After', { namespace: 'after' })),
    ]);
  const at = (text: string) =>
    `StageName=[Ship], ActionName=[VariableCheckRule], ActionConfigurationKey=[Variable], VariableReferenceText=[${text}]`;
  refuses('InvalidActionDeclarationException', [
    {
      rule: 'a rule refers to a namespace that is there',
      given: variable('onSuccess', '#{gone.X}'),
      says: `does not exist. ${at('#{gone.X}')}`,
    },
    {
      rule: 'a rule before a stage cannot refer to the stage',
      given: variable('beforeEntry', '#{here.X}'),
      says: `does not run before. ${at('#{here.X}')}`,
    },
    {
      rule: 'a rule after a stage cannot refer to a later one',
      given: variable('onFailure', '#{after.X}'),
      says: `does not run before. ${at('#{after.X}')}`,
    },
  ]);
  accepts([
    { rule: 'a rule before a stage that refers to an earlier one', given: variable('beforeEntry', '#{before.X}') },
    { rule: 'a rule after a stage that refers to the stage', given: variable('onSuccess', '#{here.X}') },
  ]);
});

describe('configurations', () => {
  const notifying = (NotificationArn: string) => ship(approval('Ask', { configuration: { NotificationArn } }));
  const both = (configuration: Record<string, string>, type = 'Build') =>
    pipeline([], {
      stages: [
        stage('Source', source(), connection),
        stage(
          'Ship',
          build('Make', {
            actionTypeId: typeId(`${type}/AWS/CodeBuild/1`),
            inputArtifacts: [{ name: 'Src' }, { name: 'Cloned' }],
            configuration,
          }),
        ),
      ],
    });
  refuses('InvalidActionDeclarationException', [
    ...[
      'releases',
      'arn:aws:sqs:eu-west-1:111122223333:releases',
      'arn:aws:sns:eu-west-1:111122223333:releases:7',
      'arn:aws:sns:eu-west-1:111122223333:releases\n',
      'arn:aws:sns:us-east-1:111122223333:releases',
      'xarn:aws:sns:eu-west-1:111122223333:releases',
    ].map((arn) => ({
      rule: `an approval is told to a topic of the region, not to ${JSON.stringify(arn)}`,
      given: notifying(arn),
      says: `NotificationArn '${arn}' of action 'Ask' is not the ARN of an SNS topic in region eu-west-1`,
    })),
    ...['Build', 'Test'].map((category) => ({
      rule: `a ${category} of several inputs names the primary one`,
      given: both({ ProjectName: 'web' }, category),
      says: "for action 'Make' is missing required configuration 'PrimarySource', which several input artifacts demand",
    })),
  ]);
  accepts([
    { rule: 'a topic of the region', given: notifying('arn:aws:sns:eu-west-1:111122223333:releases.fifo') },
    { rule: 'a topic in China', given: notifying('arn:aws-cn:sns:eu-west-1:111122223333:releases') },
    {
      rule: 'a topic that a variable names',
      given: { ...notifying('#{variables.Topic}'), variables: [{ name: 'Topic' }] },
    },
    { rule: 'a primary one of several inputs', given: both({ ProjectName: 'web', PrimarySource: 'Src' }) },
  ]);
});

describe('what types of action declare', () => {
  const run = (more: object = {}) =>
    build('Run', { actionTypeId: typeId('Compute/AWS/Commands/1'), configuration: {}, ...more });
  const v1 = (action: ActionDeclaration) => ({ ...ship(action), pipelineType: 'V1' as const });
  refuses('InvalidActionDeclarationException', [
    {
      rule: 'Commands has commands',
      given: ship(run()),
      says: "Commands action 'Run' must have a non-empty commands field",
    },
    {
      rule: 'V1 has no Commands',
      given: v1(run({ commands: ['ls'] })),
      says: 'Commands Action can only be used with V2',
    },
    {
      rule: 'V1 has no EKS',
      given: v1(run({ actionTypeId: typeId('Deploy/AWS/EKS/1') })),
      says: "EKS Action can only be used with V2 pipelines. Action 'Run' is one",
    },
    {
      rule: 'a reference in a command is checked',
      given: ship(run({ commands: ['ls', 'echo #{gone.X}'] })),
      says: 'ActionName=[Run], ActionConfigurationKey=[commands], VariableReferenceText=[#{gone.X}]',
    },
    {
      rule: 'a reference in an environment variable is checked',
      given: ship(run({ commands: ['ls'], environmentVariables: [{ name: 'A', value: '#{gone.X}' }] })),
      says: 'ActionName=[Run], ActionConfigurationKey=[A], VariableReferenceText=[#{gone.X}]',
    },
    ...['Source/ThirdParty/GitHub/1', 'Build/Custom/Jenkins/1'].map((type) => ({
      rule: `${type} is in the region of the pipeline`,
      given: inStores(inOtherRegion(type)),
      says: "Action 'Far' is in region us-east-1. Source, ThirdParty and Custom actions must be in the region of",
    })),
  ]);
  const rare: readonly [string, Partial<ActionDeclaration>][] = [
    ['commands', { commands: ['make'] }],
    ['outputVariables', { outputVariables: ['TAG'] }],
    ['environmentVariables', { environmentVariables: [{ name: 'A', value: 'b' }] }],
    ['outputArtifacts.files', { outputArtifacts: [{ name: 'Out', files: ['**/*'] }] }],
  ];
  refuses(
    'InvalidActionDeclarationException',
    rare.map(([member, more]) => ({
      rule: `a build has no ${member}`,
      given: ship(build('Make', more)),
      says: `Action 'Make' has ${member}, which actions of the type Build/AWS/CodeBuild/1 do not have.`,
    })),
  );
  accepts([
    {
      rule: 'a command has them all',
      given: ship(run(Object.assign({ commands: ['make'] }, ...rare.map(([, more]) => more)))),
    },
    { rule: 'lists that are empty', given: ship(build('Make', { commands: [], outputVariables: [] })) },
  ]);
  test('make a pipeline V2 that does not say its type', () => {
    const configuration = { ClusterName: 'c', ManifestFiles: 'm.yaml' };
    const given = ship(run({ actionTypeId: typeId('Deploy/AWS/EKS/1'), configuration }));

    const accepted = acceptDefinition(given, home, undefined, find);

    expect(accepted.pipelineType).toBe('V2');
  });
});

function inOtherRegion(type: string): PipelineDeclaration {
  const far = { name: 'Far', actionTypeId: typeId(type), region: 'us-east-1', configuration: {} };
  return type.startsWith('Source') ? sources(far) : ship(far);
}

describe('what only a run fails for', () => {
  const making = (more: Record<string, string>) =>
    ship(
      approval('Ask', { namespace: 'N' }),
      build('Make', { runOrder: 2, configuration: { ProjectName: 'web', ...more } }),
    );
  const cloning = (OutputArtifactFormat: string) =>
    sources({ ...connection, configuration: { ...connection.configuration, OutputArtifactFormat } });
  accepts([
    { rule: 'a batch', given: making({ BatchEnabled: 'true', CombineArtifacts: 'true' }) },
    { rule: 'a batch, when a variable may say so', given: making({ BatchEnabled: '#{N.Batch}' }) },
    { rule: 'a build that is no batch', given: making({ BatchEnabled: 'false' }) },
    { rule: 'a reference to a commit', given: cloning('CODEBUILD_CLONE_REF') },
    { rule: 'a zip file of a commit', given: cloning('CODE_ZIP') },
  ]);
});

describe('of several breaches', () => {
  const stages = [stage('Ship', build('Make', { configuration: {} })), stage('Ship', approval())];
  refuses('InvalidStructureException', [
    {
      rule: 'one of the pipeline is told first',
      given: pipeline(stages, { variables: [{ name: 'a' }, { name: 'a' }] }),
      says: 'Variable names must be unique',
    },
  ]);
  refuses('InvalidStageDeclarationException', [
    { rule: 'one of a stage is told before one of an action', given: pipeline(stages), says: "Stage name 'Ship'" },
  ]);
});

test('the largest definition is checked within a moment', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  const configuration = { ProjectName: '#{made.Name}', BuildspecOverride: 'x'.repeat(1900) };
  const later = numbers(48).map((s) =>
    stage(
      `S${s}`,
      ...numbers(20).map((a) =>
        build(`A${a}`, { configuration, namespace: `n${s}-${a}`, outputArtifacts: [{ name: `Out${s}-${a}` }] }),
      ),
    ),
  );
  const given = pipeline([stage('Make', build('Make', { namespace: 'made' })), ...later]);

  const accepted = acceptDefinition(given, home, undefined, find);

  expect(JSON.stringify(accepted).length).toBeGreaterThan(2_000_000);
});
