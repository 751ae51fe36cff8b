// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of CloudFormation have them.
import { expect, test } from 'vitest';
import { physicalName } from '../../../local/template/physical-name.ts';
import { provision } from '../../../local/template/template.ts';
import { recording, template } from './stack.ts';

const ids = (text: string, parameters = {}): string[] =>
  template(text, parameters).resources.map(({ logicalId }) => logicalId);

test.each([
  ['Ref', '{ a: [!Ref Last] }'],
  ['Fn::GetAtt', '{ a: !GetAtt Last.Arn }'],
  ['Fn::Sub', "{ a: !Sub 'x${Last}' }"],
  ['Fn::Sub of an attribute', "{ a: !Sub 'x${Last.Arn}' }"],
  ['a variable of Fn::Sub', "{ a: !Sub ['${x}', { x: !Ref Last }] }"],
  ['a function in a function', "{ a: { 'Fn::Base64': !Join ['', [!Ref Last]] } }"],
])('a resource comes after what it refers to by %s', (_, properties) => {
  const text = `Resources: { First: { Type: T, Properties: ${properties} }, Last: { Type: T } }`;

  expect(ids(text)).toEqual(['Last', 'First']);
});

test('a resource comes after what it depends on, and else in the order of the template', () => {
  const text =
    'Resources: { A: { Type: T, DependsOn: [C] }, B: { Type: T, DependsOn: C }, C: { Type: T }, D: { Type: T } }';

  expect(ids(text)).toEqual(['C', 'A', 'B', 'D']);
});

test('a variable of Fn::Sub hides a resource of the same name', () => {
  const text =
    "Resources: { A: { Type: T, Properties: { x: !Sub ['${B}', { B: 1 }] } }, B: { Type: T, Properties: { y: !Ref A } } }";

  expect(ids(text)).toEqual(['A', 'B']);
});

test('resources in a circle are named in its order', () => {
  const text = `Resources:
  Z: { Type: T, Properties: { x: !Ref A } }
  A: { Type: T, Properties: { x: !GetAtt B.Arn } }
  B: { Type: T, Properties: { x: !Sub '\${C}' } }
  C: { Type: T, DependsOn: A }`;

  expect(() => template(text)).toThrow('Circular dependency between resources: A → B → C → A.');
});

const conditional = `
Parameters: { Stage: { Type: String, Default: test } }
Conditions: { Live: !Equals [!Ref Stage, live] }
Resources:
  Always: { Type: T, DependsOn: Sometimes, Properties: { other: !If [Live, !Ref Sometimes, none] } }
  Sometimes: { Type: T, Condition: Live }
Outputs:
  Other: { Condition: Live, Value: !Ref Sometimes }
`;

test('a resource and an output whose condition does not hold are not there', async () => {
  const read = template(conditional);

  const { made, handlers } = recording(['T']);
  const { outputs } = await provision(read, handlers);

  expect(made.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([['Always', { other: 'none' }]]);
  expect(outputs).toEqual({});
});

test('they are there when it holds', async () => {
  const { made, handlers } = recording(['T']);

  const { outputs } = await provision(template(conditional, { Stage: 'live' }), handlers);

  expect(made.map(({ logicalId }) => logicalId)).toEqual(['Sometimes', 'Always']);
  expect(outputs).toEqual({ Other: physicalName('demo', 'Sometimes', 'T') });
});

test('a reference to a resource whose condition does not hold is refused', () => {
  const text = `Conditions: { Never: !Equals [a, b] }
Resources: { A: { Type: T, Properties: { x: !Ref B } }, B: { Type: T, Condition: Never } }`;

  expect(() => template(text)).toThrow('no B, or its condition does not hold, but A refers to it');
});

test('an output that refers to nothing is refused', () => {
  expect(() => template('Resources: { A: { Type: T } }\nOutputs: { X: { Value: !Ref B } }')).toThrow(
    'the output X refers to it',
  );
});

test('every type without a handler is named at once, and nothing is made', async () => {
  const { made, handlers } = recording(['T']);
  const read = template('Resources: { A: { Type: T }, B: { Type: AWS::EC2::VPC }, C: { Type: AWS::EC2::Subnet } }');

  await expect(provision(read, handlers)).rejects.toThrow('B (AWS::EC2::VPC), C (AWS::EC2::Subnet)');
  expect(made).toEqual([]);
});

test('a handler that fails is told by the resource, with its error as the cause', async () => {
  const cause = new Error('no room');
  const handler = () => Promise.reject(cause);

  const failing = provision(template('Resources: { A: { Type: T } }'), { T: handler });

  await expect(failing).rejects.toMatchObject({ message: 'A (T) cannot be made: no room', cause });
});

test('a handler is called only after the one before it has ended', async () => {
  const events: string[] = [];
  const handler = async ({ logicalId }: { logicalId: string }) => {
    events.push(`begin ${logicalId}`);
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`end ${logicalId}`);
    return { ref: logicalId, attributes: {} };
  };

  await provision(template('Resources: { A: { Type: T }, B: { Type: T } }'), { T: handler });

  expect(events).toEqual(['begin A', 'end A', 'begin B', 'end B']);
});

test('outputs are strings', async () => {
  const text =
    'Resources: { A: { Type: T } }\nOutputs: { N: { Value: 5 }, S: { Value: !Sub "${A}/x" }, B: { Value: !Equals [a, a] } }';

  const { outputs } = await provision(template(text), recording(['T']).handlers);

  expect(outputs).toEqual({ N: '5', S: `${physicalName('demo', 'A', 'T')}/x`, B: 'true' });
});

test('the definition of a state machine gets the text of its substitutions', async () => {
  const { made, handlers } = recording(['AWS::StepFunctions::StateMachine', 'T']);
  const text = `Resources:
  F: { Type: T }
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: role
      DefinitionString: '{"a":"\${F}","n":\${N},"kept":"\${F.Arn} {% $x %}"}'
      DefinitionSubstitutions: { F: !GetAtt F.Arn, N: 5 }`;

  await provision(template(text), handlers);

  expect(made[1]?.properties).toEqual({
    RoleArn: 'role',
    DefinitionString: '{"a":"arn:made:F","n":5,"kept":"${F.Arn} {% $x %}"}',
  });
});

test('a definition with a name that nothing replaces is refused', async () => {
  const { handlers } = recording(['AWS::StepFunctions::StateMachine']);
  const text = `Resources: { M: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: '\${Gone}' } } }`;

  await expect(provision(template(text), handlers)).rejects.toThrow('The definition has ${Gone}');
});

test.each([
  ['AWS::Lambda::Function', /^demo-PutApproval-[0-9a-f]{8}$/],
  ['AWS::S3::Bucket', /^demo-putapproval-[0-9a-f]{8}$/],
])('a physical name of %s is the stack, the logical id and a hash', (type, form) => {
  expect(physicalName('demo', 'PutApproval', type)).toMatch(form);
  expect(physicalName('demo', 'PutApproval', type)).toBe(physicalName('demo', 'PutApproval', type));
  expect(physicalName('demo2', 'PutApproval', type)).not.toBe(physicalName('demo', 'PutApproval', type));
});

test('long physical names are cut, yet differ', () => {
  const long = 'X'.repeat(90);
  const names = [
    physicalName('demo', `${long}1`, 'AWS::S3::Bucket'),
    physicalName('demo', `${long}2`, 'AWS::S3::Bucket'),
  ];

  expect(names.map((name) => name.length)).toEqual([63, 63]);
  expect(names[0]).not.toBe(names[1]);
  expect(physicalName('demo', long, 'AWS::IAM::Role')).toHaveLength(64);
});

test.each([
  ['Resources: [', 'is not YAML'],
  ['Resources: { A: 1 }', 'The resource A has no Type'],
  ['Resources: { A-b: { Type: T } }', 'The logical id A-b is not alphanumeric'],
  ['Resources: { A: { Type: T, Properties: [] } }', 'The Properties of A are no map'],
  ['Description: nothing', 'has no Resources'],
  ['just text', 'is not a template'],
  ['Rules: {}\nResources: { A: { Type: T } }', 'does not read the section Rules'],
  ['Transform: AWS::LanguageExtensions\nResources: { A: { Type: T } }', 'transform AWS::LanguageExtensions'],
  ['Resources: { A: { Type: T, Condition: Maybe } }', 'no condition Maybe'],
])('%j is refused', (text, message) => {
  expect(() => template(text)).toThrow(message);
});
