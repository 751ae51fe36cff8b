import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreatePipelineCommand, type PipelineDeclaration } from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeName } from '../../functions/domain/action-type.ts';
import { actionTypes } from '../../functions/domain/catalogue.ts';
import { type Finding, refuses } from '../../scripts/validate/finding.ts';
import { nearest } from '../../scripts/validate/members.ts';
import { pathText, stepsOf } from '../../scripts/validate/path.ts';
import { shown, summary } from '../../scripts/validate/shown.ts';
import { readArguments, validateText } from '../../scripts/validate.ts';
import { approval, pipeline, stage } from '../domain/definitions.ts';
import { pipelineOf } from '../domain/every-type.ts';
import { declare, startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { definition, findingsOf, marked } from './validate/marked.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '..', '..', 'scripts', 'validate.ts');
const build = (configuration: string) =>
  `  - name: B\n    actionTypeId: { category: Build, owner: AWS, provider: CodeBuild, version: '1' }\n    configuration: { ProjectName: p, ${configuration} }\n    inputArtifacts: [{ name: Code }]`;
const kinds = (text: string) => findingsOf(text).map(({ kind }) => kind);

describe('the arguments of validate', () => {
  it.each([
    [['p.json'], { file: 'p.json' }],
    [['p.yaml', '--region', 'eu-west-1'], { file: 'p.yaml', region: 'eu-west-1' }],
    [['--name', 'web'], { name: 'web' }],
    [
      ['--name', 'web', '--endpoint-url', 'http://127.0.0.1:4747'],
      { name: 'web', endpointUrl: 'http://127.0.0.1:4747' },
    ],
  ])('are %j', (args, given) => {
    expect(readArguments(args)).toEqual(given);
  });

  it.each([
    [[], 'A file is missing'],
    [['a', 'b'], "'b' is one too many"],
    [['a', '--name', 'web'], "'a' is one too many"],
    [['--name', 'a b'], "'a b' is no name"],
    [['a', '--region', 'here'], "not 'here'"],
    [['a', '--endpoint-url', 'http://x'], 'goes with --name'],
    [['--name', 'a', '--endpoint-url', 'file:///x'], "not 'file:///x'"],
  ])('are refused when they are %j', (args, says) => {
    expect(() => readArguments(args)).toThrow(says);
  });
});

describe('a definition', () => {
  const pipeline = {
    name: 'web',
    roleArn: 'arn:aws:iam::123456789012:role/p',
    artifactStore: { type: 'S3', location: 'store' },
    stages: [{ name: 'Only', actions: [] }],
    version: 3,
  };
  const metadata = { pipelineArn: 'arn:aws:codepipeline:eu-west-1:999999999999:web', created: '2026-01-01T00:00:00Z' };

  it.each([
    ['as get-pipeline prints it', { pipeline, metadata }, 6],
    ['as create-pipeline takes it', { pipeline, tags: [{ key: 'a', value: 'b' }] }, 6],
    ['alone', pipeline, 5],
  ])('is read %s', (_, given, extra) => {
    const found = findingsOf(JSON.stringify(given, null, 4)).filter(({ kind }) => kind === 'error');

    expect(found.map(({ message }) => message.split(':')[0])).toEqual([
      'InvalidStructureException',
      'InvalidStageDeclarationException',
    ]);
    expect(found[0]?.position).toEqual({ line: extra + 3, column: extra === 6 ? 9 : 5 });
    expect(kinds(JSON.stringify(given))).not.toContain('warning');
  });

  it('is in the Region that --region, its metadata or nothing says', () => {
    const given = { pipeline: { ...pipeline, artifactStore: undefined, artifactStores: {} }, metadata };
    const missing = (region?: string) =>
      validateText(JSON.stringify(given), region)
        .findings.map(({ message }) => /artifactStores': ([a-z0-9-]+)$/.exec(message)?.[1])
        .filter(Boolean);

    expect(missing()).toEqual(['eu-west-1']);
    expect(missing('ap-south-1')).toEqual(['ap-south-1']);
  });

  it('may be JSON that is indented by tabs, and YAML with a comment', () => {
    expect(kinds(JSON.stringify({ pipeline }, null, '\t'))).toEqual(kinds(JSON.stringify({ pipeline })));
    expect(kinds(`# mine\n---\n${definition()}`)).toEqual(kinds(definition()));
  });

  it('that lacks what the rules read is held against the model alone, and says so', () => {
    expect(validateText('name: web').isWhole).toBe(false);
    expect(validateText(definition()).isWhole).toBe(true);
    expect(validateText('').isWhole).toBe(false);
    expect(validateText('just text').findings.map(({ message }) => message)).toEqual([
      "'pipeline' must be an object, not a string.",
    ]);
  });

  it('may hold null for what it leaves out', () => {
    const nulls = 'runOrder: null\n    commands: ~\n    configuration:\n    inputArtifacts: null\n    region: null';

    expect(kinds(definition({ more: 'triggers: null', rest: `    ${nulls}\n  onFailure: null` }))).toEqual([
      'differs',
      'differs',
    ]);
  });

  it('may have tags, which have rules too', () => {
    const given = JSON.stringify({
      pipeline,
      tags: [
        { key: 'a', value: '' },
        { key: 'a', value: '' },
      ],
    });

    expect(
      findingsOf(given)
        .filter(({ at }) => at[0] === 'tags')
        .map(({ message }) => message),
    ).toEqual([expect.stringContaining('InvalidTagsException')]);
  });

  it('may hold a trap for whoever reads a definition by its shape alone', () => {
    expect(kinds('pipeline: null')).toEqual(['error']);
    expect(kinds('[]')).toEqual(['error']);
  });
});

describe('what fails when it is run', () => {
  const more: Readonly<Record<string, string>> = {
    'Source/AWS/CodeStarSourceConnection/1': 'configuration.OutputArtifactFormat',
    'Build/AWS/CodeBuild/1': 'configuration.BatchEnabled',
    'Test/AWS/CodeBuild/1': 'configuration.BatchEnabled',
  };
  it.each(actionTypes.map((type) => ({ name: typeName(type.id), type })))(
    'is told of an action of $name exactly when nobody carries it out',
    ({ name, type }) => {
      const given = pipelineOf(name);

      const found = findingsOf(JSON.stringify(given));

      const stage = type.id.category === 'Source' ? 0 : 1;
      const member = type.class === undefined ? 'actionTypeId' : more[name];
      const fails = found.filter(({ kind }) => kind === 'fails');
      expect(fails.map(({ at }) => at.join('.'))).toEqual(
        member === undefined ? [] : [`stages.${stage}.actions.0.${member}`],
      );
      for (const { message } of fails) expect(message).toMatch(/ yet\. [A-Z].*\.$/);
      expect(found.filter(refuses)).toEqual([]);
    },
  );

  it.each([
    [
      'a batch',
      definition({ rest: build("▸BatchEnabled: 'true'") }),
      'BatchEnabled is true, and Sluice does not carry out batch builds yet. Use several CodeBuild actions',
    ],
  ])('is told at its place: %s', (_, given, says) => {
    const { text, line, column } = marked(given);

    const found = findingsOf(text);

    expect(found.filter(refuses)).toEqual([]);
    expect(found.filter(({ kind }) => kind === 'fails')).toEqual([
      expect.objectContaining({ position: { line, column }, message: expect.stringContaining(says) }),
    ]);
  });

  it('is warned of where only a run knows', () => {
    const { text, line, column } = marked(
      definition({
        more: 'variables: [{ name: batch }]',
        rest: build("▸BatchEnabled: '#{variables.batch}'"),
      }),
    );

    const found = findingsOf(text).filter(({ kind }) => kind !== 'differs');

    expect(found).toEqual([
      expect.objectContaining({
        kind: 'warning',
        position: { line, column },
        message:
          "Only a run knows what BatchEnabled '#{variables.batch}' stands for: the action may fail. Use several CodeBuild actions of the same run order.",
      }),
    ]);
  });

  it('is nothing that CodePipeline refuses: a type that nobody has', () => {
    const { text, line, column } = marked(
      definition({
        rest: "  - name: A\n    ▸actionTypeId: { category: Source, owner: ThirdParty, provider: GitHub, version: '2' }",
      }),
    );

    const found = findingsOf(text);

    expect(found.filter(({ kind }) => kind === 'fails')).toEqual([]);
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'error',
        position: { line, column },
        message: expect.stringContaining("Version: '2'"),
      }),
    );
  });
});

describe('what differs', () => {
  it('does not keep a custom action from being held against the rules of all of them', () => {
    const { text, line, column } = marked(
      definition({
        rest: "- name: X\n  actions:\n  - name: A\n    actionTypeId: { category: Build, owner: Custom, provider: Mine, version: '1' }\n    ▸roleArn: arn:aws:iam::123456789012:role/a",
      }),
    );

    const found = findingsOf(text).filter(({ kind }) => kind === 'error');

    expect(found).toEqual([
      expect.objectContaining({
        position: { line, column },
        message: expect.stringContaining('Custom actions have none'),
      }),
    ]);
  });

  it.each([
    [
      'the role of a pipeline',
      definition({ head: 'name: web\n▸roleArn: arn:aws:iam::123456789012:role/p' }),
      'ExternalId',
    ],
    [
      'a rule',
      definition({
        source:
          "- name: Source\n  actions:\n  - name: Fetch\n    actionTypeId: { category: Source, owner: AWS, provider: S3, version: '1' }\n    configuration: { S3Bucket: b, S3ObjectKey: k, ▸PollForSourceChanges: 'false' }\n    outputArtifacts: [{ name: Code }]",
      }),
      'Start function',
    ],
    [
      'a connection',
      definition({
        source:
          "- name: Source\n  actions:\n  - name: Fetch\n    actionTypeId: { category: Source, owner: AWS, provider: CodeStarSourceConnection, version: '1' }\n    configuration: { ▸ConnectionArn: a, FullRepositoryId: a/b, BranchName: m }\n    outputArtifacts: [{ name: Code }]",
      }),
      'npm run connect',
    ],
    [
      'a build',
      definition({
        rest: "  - name: B\n    actionTypeId: { category: Build, owner: AWS, provider: CodeBuild, version: '1' }\n    configuration: { ▸ProjectName: p }\n    inputArtifacts: [{ name: Code }]",
      }),
      'S3 overrides',
    ],
    [
      'a topic',
      definition({ rest: '    configuration: { ▸NotificationArn: arn:aws:sns:us-east-1:123456789012:t }' }),
      'decide nothing',
    ],
    [
      'the role of an action',
      definition({ rest: '    ▸roleArn: arn:aws:iam::123456789012:role/a' }),
      "assumed by the pipeline's role",
    ],
    [
      'a custom action type',
      definition({
        rest: "- name: X\n  actions:\n  - name: A\n    ▸actionTypeId: { category: Build, owner: Custom, provider: Mine, version: '1' }\n    configuration: { Any: x }",
      }),
      'CreateCustomActionType',
    ],
  ])('is said, and does not refuse: %s', (_, given, says) => {
    const { text, line, column } = marked(given);

    const found = findingsOf(text);

    expect(found.map(({ kind }) => kind)).not.toContain('error');
    expect(found.filter(({ message }) => message.includes(says)).map(({ kind, position }) => [kind, position])).toEqual(
      [['differs', { line, column }]],
    );
  });

  it('says once that builds get overrides, and that 41 actions at once do not run at once', () => {
    const actions = Array.from(
      { length: 41 },
      (_, index) =>
        `  - name: B${index}\n    actionTypeId: { category: Build, owner: AWS, provider: CodeBuild, version: '1' }\n    configuration: { ProjectName: p }\n    inputArtifacts: [{ name: Code }]`,
    );

    const said = findingsOf(definition({ rest: `- name: Many\n  actions:\n${actions.join('\n')}` })).map(
      ({ message }) => message,
    );

    expect(said.filter((text) => text.includes('S3 overrides'))).toHaveLength(1);
    expect(said.filter((text) => text.includes('more than 40 actions'))).toHaveLength(1);
  });
});

describe('a member that nobody knows', () => {
  it.each([
    ['a typo', definition({ more: '▸executonMode: QUEUED' }), "Was 'executionMode' meant?"],
    ['capital letters', definition({ rest: '    ▸RunOrder: 2' }), "Was 'runOrder' meant?"],
    ['another word', definition({ more: '▸comment: mine' }), "'comment' is not known and is ignored."],
  ])('is warned of: %s', (_, given, says) => {
    const { text, line, column } = marked(given);

    expect(findingsOf(text).filter(({ kind }) => kind === 'warning')).toEqual([
      expect.objectContaining({ message: expect.stringContaining(says), position: { line, column } }),
    ]);
  });

  it('is compared by few letters only', () => {
    expect(nearest('roleARN', ['roleArn', 'region'])).toBe('roleArn');
    expect(nearest('x', ['roleArn'])).toBeUndefined();
    expect(nearest('r'.repeat(10_000), ['roleArn'])).toBeUndefined();
  });
});

describe('another language', () => {
  it.each([
    [
      'a template in YAML',
      'Resources:\n  ▸Web:\n    Type: AWS::CodePipeline::Pipeline\n    Properties: { Name: !Ref Name }',
      "'Web' is a pipeline of it",
    ],
    [
      'a template in JSON',
      '{"Resources": {\n  ▸"Web": {"Type": "AWS::CodePipeline::Pipeline"}}}',
      'aws codepipeline get-pipeline --name NAME',
    ],
    ['a template without a pipeline', '▸Resources: { A: { Type: AWS::S3::Bucket } }', 'without a pipeline'],
    ['members of a template alone', 'Name: web\n▸Stages: []', 'capitalised members'],
    ["Terraform's JSON", '{"resource": {"aws_codepipeline": {▸"web": {}}}}', "'web' is a pipeline of it"],
  ])('is recognised: %s', (_, given, says) => {
    const { text, line, column } = marked(given);

    expect(findingsOf(text)).toEqual([
      expect.objectContaining({ kind: 'error', message: expect.stringContaining(says), position: { line, column } }),
    ]);
  });

  it("is recognised: Terraform's own", () => {
    const text = 'variable "name" {}\n\nresource "aws_codepipeline" "web" {\n  name = var.name\n}\n';

    expect(findingsOf(text)).toEqual([
      expect.objectContaining({
        message: expect.stringContaining("'web' is a pipeline of it"),
        position: { line: 3, column: 1 },
      }),
    ]);
  });
});

describe('a line', () => {
  const finding = { kind: 'error', at: [], message: 'Wrong\u001b[2J.', position: { line: 2, column: 3 } } as const;

  it('is as compilers write it, coloured on a terminal alone', () => {
    expect(shown('p.json', finding, false)).toBe('p.json:2:3: error: Wrong\ufffd[2J.');
    expect(shown('p.json', finding, true)).toContain('\u001b[1;31merror:\u001b[0m');
    expect(shown('web', { kind: 'differs', at: [], message: 'M', path: 'pipeline.stages[0]' }, false)).toBe(
      'web:pipeline.stages[0]: differs: M',
    );
  });

  it('counts what was found', () => {
    const of = (...found: Finding['kind'][]) =>
      summary(
        'p',
        found.map((kind) => ({ kind, at: [], message: '' })),
      );

    expect(of()).toBe('p: accepted.');
    expect(of('differs', 'differs', 'warning')).toBe('p: accepted, 2 differs, 1 warning.');
    expect(of('error', 'error', 'fails')).toBe('p: refused, 2 errors, 1 fails when run.');
    expect(of('differs', 'fails')).toBe('p: accepted, 1 fails when run, 1 differs.');
    expect(of('fails', 'fails', 'warning', 'warning')).toBe('p: accepted, 2 fail when run, 2 warnings.');
  });

  it('names paths as people do', () => {
    const value = { pipeline: { stages: [{}, { 'a.b': { c: 1 } }] } };

    expect(stepsOf('pipeline.stages.2.member.a.b.c', value)).toEqual(['pipeline', 'stages', 1, 'a.b', 'c']);
    expect(stepsOf('', value)).toEqual([]);
    expect(pathText(['pipeline', 'stages', 1, 'name'])).toBe('pipeline.stages[1].name');
  });
});

describe('npm run validate', () => {
  let test: TestStack;
  let folder: string;
  const validate = (...args: string[]) => {
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
    return run(process.execPath, [program, ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );
  };
  const file = (text: string | Buffer) => {
    writeFileSync(join(folder, 'p.yaml'), text);
    return join(folder, 'p.yaml');
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-validate-'));
    test = await startTestStack();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await test?.close();
  });

  it('ends with 0 for what is accepted, 1 for what is not, 2 for what it was not asked right', async () => {
    const accepted = await validate(file(definition()));
    const failing = await validate(file(definition({ rest: build("BatchEnabled: 'true'") })));
    const refused = await validate(file(definition({ rest: '  beforeEntry: { conditions: [{ result: ROLLBACK }] }' })));
    const partial = await validate(file('name: web'));
    const binary = await validate(file(Buffer.alloc(10)));
    const wrong = await validate();

    expect([accepted, failing, refused, partial, binary, wrong].map(({ code }) => code)).toEqual([0, 0, 1, 1, 1, 2]);
    expect(accepted.stdout).toMatch(/p\.yaml:2:1: differs: .*\n.*\n.*p\.yaml: accepted, 2 differs\.\n$/);
    expect(failing.stdout).toMatch(/p\.yaml: accepted, 1 fails when run, 3 differs\.\n$/);
    expect(refused.stdout).toContain(
      'has the result ROLLBACK in a condition of beforeEntry, which can have: FAIL, SKIP',
    );
    expect(partial.stdout).toContain('The rules of structure were not held against it');
    expect(binary.stderr).toContain('no text in UTF-8');
    expect(wrong.stderr).toContain('npm run validate -- FILE');
  });

  it("reads an account's pipeline by its name", async () => {
    const { stages } = pipeline([stage('Ship', approval())]);
    await test.client.send(
      new CreatePipelineCommand({ pipeline: declare(test.stack, 'by-name', stages as PipelineDeclaration['stages']) }),
    );

    const found = await validate('--name', 'by-name', '--endpoint-url', test.stack.endpoint);
    const missing = await validate('--name', 'nobody', '--endpoint-url', test.stack.endpoint);

    expect(found.code).toBe(0);
    expect(found.stdout).toMatch(/^by-name:pipeline\.roleArn: differs: /m);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('PipelineNotFoundException') });
  });
});
