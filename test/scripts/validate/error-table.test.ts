import { describe, expect, test, vi } from 'vitest';
import { definition, findingsOf, marked } from './marked.ts';

vi.mock(import('../../../functions/domain/catalogue.ts'), async (original) => {
  const { actionTypes } = await original();
  const { otherType: other } = await import('../../domain/definition/other-type.ts');
  const jenkins = other('Build/Custom/Jenkins/1', {
    properties: [{ name: 'Project', required: false, queryable: true, description: 'A project.' }],
  });
  return { actionTypes: [...actionTypes, jenkins] };
});

const manual = "actionTypeId: { category: Approval, owner: AWS, provider: Manual, version: '1' }";
const codebuild = "actionTypeId: { category: Build, owner: AWS, provider: CodeBuild, version: '1' }";
const s3 = "actionTypeId: { category: Source, owner: AWS, provider: S3, version: '1' }";
const inBucket = "configuration: { S3Bucket: b, S3ObjectKey: k.zip, PollForSourceChanges: 'false' }";
const git = `actionTypeId: { category: Source, owner: AWS, provider: CodeStarSourceConnection, version: '1' }
    configuration: { ConnectionArn: arn, FullRepositoryId: a/b, BranchName: main }`;
const ship = (...actions: string[]) => `- name: Ship\n  actions:\n${actions.join('\n')}`;
const ask = (name = 'Ask', more = '') => `  - name: ${name}\n    ${manual}${more === '' ? '' : `\n    ${more}`}`;
const build = (more = '') =>
  `  - name: Build\n    ${codebuild}\n    configuration: { ProjectName: p }\n    inputArtifacts: [{ name: Code }]${more === '' ? '' : `\n    ${more}`}`;
const jenkins = (more: string) =>
  `  - name: Job\n    actionTypeId: { category: Build, owner: Custom, provider: Jenkins, version: '1' }\n    ${more}`;
const sources = (...actions: string[]) => `- name: Source\n  actions:\n${actions.join('\n')}`;
const fetched = (name: string, artifact: string, mark = '') =>
  `  - name: ${name}\n    ${s3}\n    ${inBucket}\n    outputArtifacts:\n    - ${mark}name: ${artifact}`;
const clone = (more = '') => `  - name: Fetch\n    ${git}\n    outputArtifacts: [{ name: Code }]${more}`;
const hook = (name: string, more: string) => `  ▸${name}: ${more}`;
const ofRule = (provider: string, mark = '') =>
  `{ name: r, ${mark}ruleTypeId: { category: Rule, owner: AWS, provider: ${provider}, version: '1' } }`;
const many = (count: number, of: (index: number) => string) => Array.from({ length: count }, (_, index) => of(index));
const trigger = (name: string, mark = '') =>
  `- providerType: CodeStarSourceConnection\n  gitConfiguration: { ${mark}sourceActionName: ${name}, push: [{ branches: { includes: [main] } }] }`;

interface Row {
  readonly rule: string;
  /** The definition, with a mark where the breach is. */
  readonly given: string;
  readonly says: string;
}

/** Each row's breach is found at its mark, whatever else there is. */
const finds = (code: string, rows: readonly Row[]) =>
  test.each(rows)(`$rule: ${code}`, ({ given, says }) => {
    const { text, line, column } = marked(given);

    const found = findingsOf(text).filter(({ kind, message }) => kind === 'error' && message.includes(says));

    expect(
      found.map(({ position, message }) => [position?.line, position?.column, message.startsWith(code)]),
    ).toContainEqual([line, column, true]);
  });

test('the definition that the rows change is accepted', () => {
  expect(findingsOf(definition()).map(({ kind }) => kind)).toEqual(['differs', 'differs']);
});

describe('breaches of shape are found at their member', () => {
  finds('Value at', [
    {
      rule: 'length',
      given: definition({ head: `▸name: ${'x'.repeat(101)}\nroleArn: arn:aws:iam::123456789012:role/p` }),
      says: 'length less than or equal to 100',
    },
    {
      rule: 'characters',
      given: definition({ head: '▸name: a b\nroleArn: arn:aws:iam::123456789012:role/p' }),
      says: 'pattern',
    },
    { rule: 'enumeration', given: definition({ more: '▸executionMode: LATER' }), says: 'enum value set' },
    {
      rule: 'a missing member, at what should hold it',
      given: definition({ ship: `- name: Ship\n  actions:\n  - ▸name: Ask` }),
      says: "actionTypeId' failed to satisfy constraint: Member must not be null",
    },
    {
      rule: 'range of runOrder',
      given: definition({ ship: ship(ask('Ask', '▸runOrder: 1000')) }),
      says: 'less than or equal to 999',
    },
    {
      rule: 'over 50 variables',
      given: definition({ more: `▸variables:\n${many(51, (index) => `- name: v${index}`).join('\n')}` }),
      says: 'length less than or equal to 50',
    },
    {
      rule: 'over 3 filters',
      given: definition({
        more: `triggers:\n- providerType: CodeStarSourceConnection\n  gitConfiguration: { sourceActionName: Fetch, ▸push: [{}, {}, {}, {}] }`,
      }),
      says: 'length less than or equal to 3',
    },
    {
      rule: 'over 8 patterns',
      given: definition({
        more: `triggers:\n- providerType: CodeStarSourceConnection\n  gitConfiguration: { sourceActionName: Fetch, push: [{ branches: { ▸includes: [a, b, c, d, e, f, g, h, i] } }] }`,
      }),
      says: 'length less than or equal to 8',
    },
    {
      rule: 'type of a key',
      given: definition({
        store: 'artifactStore:\n  type: S3\n  location: store\n  encryptionKey: { id: k, ▸type: AES }',
      }),
      says: 'enum value set',
    },
    {
      rule: 'a member of a value of a map',
      given: definition({ store: 'artifactStores:\n  us-east-1: { type: S3, ▸location: s }' }),
      says: 'length greater than or equal to 3',
    },
    {
      rule: 'a value of a map',
      given: definition({ ship: ship(ask('Ask', `▸configuration: { CustomData: '' }`)) }),
      says: 'Map value must satisfy',
    },
  ]);
  finds("'pipeline.", [
    {
      rule: 'a wrong type',
      given: definition({
        ship: ship(
          `  - name: Ask\n    actionTypeId: { category: Approval, owner: AWS, provider: Manual, ▸version: 1 }`,
        ),
      }),
      says: 'Put it in quotes.',
    },
    {
      rule: 'a wrong type in a map whose name has dots',
      given: definition({ ship: ship(ask('Ask', 'configuration: { ▸a.b: true }')) }),
      says: 'Put it in quotes.',
    },
    {
      rule: 'an object for a list',
      given: definition({ stages: '▸stages: {}', source: '', ship: '' }),
      says: 'must be a list',
    },
  ]);
});

describe('breaches of the whole pipeline are found where they are', () => {
  finds('InvalidStructureException', [
    { rule: 'under two stages', given: definition({ stages: '▸stages:', ship: '' }), says: 'has only 1 stage(s)' },
    {
      rule: 'over 50 stages',
      given: definition({
        stages: '▸stages:',
        rest: many(50, (index) => `- name: S${index}\n  actions: []`).join('\n'),
      }),
      says: 'too many stages: 52',
    },
    {
      rule: 'a first stage with more than sources',
      given: definition({
        source: sources(
          `  - name: Early\n    actionTypeId: { ▸category: Approval, owner: AWS, provider: Manual, version: '1' }`,
        ),
      }),
      says: "Action 'Early' of its first stage",
    },
    {
      rule: 'a source in a later stage',
      given: definition({
        ship: ship(
          ask(),
          `  - name: Late\n    actionTypeId: { ▸category: Source, owner: AWS, provider: S3, version: '1' }`,
        ),
      }),
      says: 'only be included in the first stage',
    },
    {
      rule: 'only sources',
      given: definition({ stages: '▸stages:', ship: ship(`  - name: Late\n    ${s3}`) }),
      says: 'at least 1 action whose category is not Source',
    },
    {
      rule: 'a pipeline variable in a source',
      given: definition({
        more: 'variables: [{ name: v }]',
        source: sources(
          `  - name: Fetch\n    ${s3}\n    configuration: { S3Bucket: b, ▸S3ObjectKey: '#{variables.v}' }\n    outputArtifacts: [{ name: Code }]`,
        ),
      }),
      says: 'cannot be used in source actions',
    },
    {
      rule: 'V1 with a mode',
      given: definition({ more: 'pipelineType: V1\n▸executionMode: QUEUED' }),
      says: 'QUEUED or PARALLEL mode',
    },
    {
      rule: 'V1 with triggers',
      given: definition({ more: `pipelineType: V1\n▸triggers:\n${trigger('Fetch')}` }),
      says: 'Triggers on tag',
    },
    {
      rule: 'V1 with variables',
      given: definition({ more: 'pipelineType: V1\n▸variables: [{ name: v }]' }),
      says: 'Pipeline variable can only',
    },
    {
      rule: 'a variable twice',
      given: definition({ more: 'variables: [{ name: v }, { name: w }, { ▸name: v }]' }),
      says: 'used more than once: v',
    },
    {
      rule: 'a trigger of no connection',
      given: definition({ more: `triggers:\n${trigger('Fetch', '▸')}` }),
      says: 'must reference a CodeStarSourceConnection action',
    },
    {
      rule: 'two triggers of one source',
      given: definition({ more: `triggers:\n${trigger('Fetch')}\n${trigger('Fetch', '▸')}`, source: sources(clone()) }),
      says: 'has more than one trigger',
    },
  ]);
  finds('ValidationException', [
    {
      rule: 'actions in two Regions with one store',
      given: definition({
        store: '▸artifactStore: { type: S3, location: store }',
        ship: ship(build('region: eu-west-1')),
      }),
      says: 'actions in more than one region',
    },
    {
      rule: 'a Region without a store',
      given: definition({
        store: '▸artifactStores: { us-east-1: { type: S3, location: store } }',
        ship: ship(build('region: eu-west-1')),
      }),
      says: "missing in 'pipeline.artifactStores': eu-west-1",
    },
    {
      rule: 'both kinds of stores',
      given: definition({ more: '▸artifactStores: { us-east-1: { type: S3, location: store } }' }),
      says: 'not both',
    },
    {
      rule: 'no store',
      given: definition({ head: '▸name: web\nroleArn: arn:aws:iam::123456789012:role/p', store: '' }),
      says: "must have 'pipeline.artifactStore'",
    },
  ]);
});

describe('breaches of a stage are found where they are', () => {
  const conditions = (of: string) => `{ conditions: [${of}] }`;
  finds('InvalidStageDeclarationException', [
    {
      rule: 'a name twice',
      given: definition({ rest: `- ▸name: Ship\n  actions:\n${ask()}` }),
      says: "Stage name 'Ship' is used more than once",
    },
    {
      rule: 'no actions',
      given: definition({ rest: '- name: Empty\n  ▸actions: []' }),
      says: "Stage 'Empty' has no actions",
    },
    {
      rule: 'V1 with conditions',
      given: definition({ more: 'pipelineType: V1', rest: hook('onFailure', '{ result: ROLLBACK }') }),
      says: 'Stage level conditions can only',
    },
    {
      rule: 'a result and conditions',
      given: definition({
        rest: hook(
          'onFailure',
          `{ result: ROLLBACK, conditions: [{ result: ROLLBACK, rules: [${ofRule('VariableCheck')}] }] }`,
        ),
      }),
      says: 'both top level result and conditions',
    },
    {
      rule: 'ROLLBACK in PARALLEL',
      given: definition({ more: 'executionMode: PARALLEL', rest: '  onFailure: { ▸result: ROLLBACK }' }),
      says: 'cannot be added to a PARALLEL pipeline',
    },
    {
      rule: 'a result that the hook cannot have',
      given: definition({
        rest: `  onSuccess: ${conditions(`{ ▸result: SKIP, rules: [${ofRule('VariableCheck')}] }`)}`,
      }),
      says: 'has the result SKIP in a condition of onSuccess',
    },
    {
      rule: 'SKIP with another rule',
      given: definition({
        rest: `  beforeEntry: ${conditions(`{ result: SKIP, rules: [${ofRule('DeploymentWindow', '▸')}] }`)}`,
      }),
      says: 'SKIP can only be used with',
    },
  ]);
  finds('InvalidBlockerDeclarationException', [
    {
      rule: 'a blocker of the first stage',
      given: definition({
        source: `- name: Source\n  ▸blockers: [{ name: b, type: Schedule }]\n  actions:\n${fetched('Fetch', 'Code')}`,
      }),
      says: 'cannot have blockers',
    },
  ]);
});

describe('breaches of an action are found where they are', () => {
  finds('InvalidActionDeclarationException', [
    {
      rule: 'a name twice',
      given: definition({ ship: ship(ask(), `  - ▸name: Ask\n    ${manual}`) }),
      says: "Action name 'Ask' is used more than once",
    },
    {
      rule: 'an unknown type',
      given: definition({
        ship: ship(
          `  - name: Ask\n    ▸actionTypeId: { category: Build, owner: AWS, provider: CodeBuilt, version: '1' }`,
        ),
      }),
      says: "is not available in region 'US_EAST_1'",
    },
    {
      rule: 'a type of another category',
      given: definition({
        ship: ship(
          `  - name: Ask\n    ▸actionTypeId: { category: Deploy, owner: AWS, provider: CodeBuild, version: '1' }`,
        ),
      }),
      says: "Category: 'Deploy'",
    },
    {
      rule: 'a missing key',
      given: definition({
        source: sources(
          `  - name: Fetch\n    ${s3}\n    ▸configuration: { S3Bucket: b }\n    outputArtifacts: [{ name: Code }]`,
        ),
      }),
      says: "missing required configuration 'S3ObjectKey'",
    },
    {
      rule: 'a missing configuration, at its action',
      given: definition({ source: sources(`  - ▸name: Fetch\n    ${s3}\n    outputArtifacts: [{ name: Code }]`) }),
      says: "missing required configuration 'S3Bucket'",
    },
    {
      rule: 'an unknown key',
      given: definition({ ship: ship(ask('Ask', 'configuration: { ▸Comment: x }')) }),
      says: "unknown configuration 'Comment'",
    },
    {
      rule: 'a mask for a secret',
      given: definition({
        source: sources(
          `  - name: Fetch\n    actionTypeId: { category: Source, owner: ThirdParty, provider: GitHub, version: '1' }\n    configuration: { ▸OAuthToken: '****' }`,
        ),
      }),
      says: 'only when updating an existing action',
    },
    {
      rule: 'Commands without commands',
      given: definition({
        ship: ship(
          `  - name: Run\n    actionTypeId: { category: Compute, owner: AWS, provider: Commands, version: '1' }\n    ▸commands: []`,
        ),
      }),
      says: 'non-empty commands',
    },
    {
      rule: 'V1 with Commands',
      given: definition({
        more: 'pipelineType: V1',
        ship: ship(
          `  - name: Run\n    ▸actionTypeId: { category: Compute, owner: AWS, provider: Commands, version: '1' }\n    commands: [ls]`,
        ),
      }),
      says: 'Commands Action can only be used with V2',
    },
    {
      rule: 'too few inputs',
      given: definition({
        ship: ship(`  - name: Build\n    ${codebuild}\n    configuration: { ProjectName: p }\n    ▸inputArtifacts: []`),
      }),
      says: 'declares 0 input artifacts which is less than the minimum count (1)',
    },
    {
      rule: 'too many outputs',
      given: definition({ ship: ship(ask('Ask', '▸outputArtifacts: [{ name: X }]')) }),
      says: 'declares 1 output artifacts which is more than the maximum count (0)',
    },
    {
      rule: 'an input that nobody made',
      given: definition({
        ship: ship(
          `  - name: Build\n    ${codebuild}\n    configuration: { ProjectName: p }\n    inputArtifacts: [{ ▸name: Other }]`,
        ),
      }),
      says: 'Input Artifact Bundle Other in action Build',
    },
    {
      rule: 'an output twice',
      given: definition({ source: sources(fetched('Fetch', 'Code'), fetched('Again', 'Code', '▸')) }),
      says: 'Code has been used more than once',
    },
    {
      rule: 'a namespace twice',
      given: definition({ ship: ship(ask('A', 'namespace: n'), ask('B', '▸namespace: n')) }),
      says: 'Namespaces must be unique',
    },
    {
      rule: 'a reference to no namespace',
      given: definition({ ship: ship(ask('Ask', `configuration: { ▸CustomData: '#{none.key}' }`)) }),
      says: 'namespace that does not exist',
    },
    {
      rule: 'a role of a custom action',
      given: definition({ ship: ship(jenkins('▸roleArn: arn:aws:iam::123456789012:role/a')) }),
      says: 'Custom actions have none',
    },
    {
      rule: 'a queryable value that no worker can ask for',
      given: definition({ ship: ship(jenkins("configuration: { ▸Project: 'a b' }")) }),
      says: 'It is queryable',
    },
    {
      rule: 'a repository whose name is too long',
      given: definition({
        source: sources(
          `  - name: Fetch
    actionTypeId: { category: Source, owner: AWS, provider: CodeStarSourceConnection, version: '1' }
    configuration: { ConnectionArn: arn, BranchName: main, ▸FullRepositoryId: a/${'b'.repeat(599)} }
    outputArtifacts: [{ name: Code }]`,
        ),
      }),
      says: 'at most 600',
    },
    {
      rule: 'a topic that is none',
      given: definition({
        ship: ship(ask('Ask', 'configuration: { ▸NotificationArn: arn:aws:sqs:us-east-1:123456789012:q }')),
      }),
      says: 'is not the ARN of an SNS topic',
    },
    {
      rule: 'a topic of another Region',
      given: definition({
        ship: ship(ask('Ask', 'configuration: { ▸NotificationArn: arn:aws:sns:eu-west-1:123456789012:t }')),
      }),
      says: 'in region us-east-1',
    },
    {
      rule: 'a source in another Region',
      given: definition({ source: `${sources(fetched('Fetch', 'Code'))}\n    ▸region: eu-west-1` }),
      says: 'must be in the region of the pipeline',
    },
  ]);
});

test('every breach is told, in the order of the file', () => {
  const text = definition({
    more: 'executionMode: LATER\nvariables: [{ name: v }, { name: v }]',
    ship: ship(
      ask('Ask', 'runOrder: 0'),
      ask('Ask', 'timeoutInMinutes: 5'),
      build('outputArtifacts: [{ name: Code }]'),
    ),
    rest: '- name: Ship\n  actions: []',
  });

  const said = findingsOf(text).filter(({ kind }) => kind === 'error');

  expect(said.map(({ position }) => position?.line)).toEqual(
    said.map(({ position }) => position?.line).sort((a = 0, b = 0) => a - b),
  );
  expect(said.map(({ message }) => message.slice(0, 34))).toEqual(
    [
      "Value at 'pipeline.executionMode' f",
      'InvalidStructureException: Variable',
      "Value at 'pipeline.stages.2.member.",
      'InvalidActionDeclarationException: ',
      'InvalidActionDeclarationException: ',
      'InvalidStageDeclarationException: S',
      'InvalidStageDeclarationException: S',
    ].map((text) => text.slice(0, 34)),
  );
});
