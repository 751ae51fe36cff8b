// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of CloudFormation have them.
import { expect, test } from 'vitest';
import { propertiesOf } from './stack.ts';

const head = `
Parameters:
  Name: { Type: String, Default: ada }
  Count: { Type: Number, Default: 3 }
  Zones: { Type: CommaDelimitedList, Default: 'a, b,c' }
Mappings:
  Sizes: { small: { Memory: 128, Names: [x, y] } }
Conditions:
  Yes: !Equals [!Ref Name, ada]
  No: !Not [!Condition Yes]
  Three: !Equals [!Ref Count, '3']
  Both: !And [!Condition Yes, !Equals [!FindInMap [Sizes, small, Memory], 128]]
  Neither: !Or [!Condition No, !Equals [!Ref 'AWS::Region', mars]]
`;

test.each([
  ['!Ref Name', 'ada'],
  ['!Ref Count', 3],
  ['!Ref Zones', ['a', 'b', 'c']],
  ['!Ref AWS::AccountId', '123456789012'],
  ['!Ref AWS::Region', 'eu-west-1'],
  ['!Ref AWS::Partition', 'aws'],
  ['!Ref AWS::StackName', 'demo'],
  ['!Ref AWS::URLSuffix', 'amazonaws.com'],
  ['[1, !Ref AWS::NoValue, 2]', [1, 2]],
  ['{ a: !Ref AWS::NoValue, b: 2 }', { b: 2 }],
  ['!GetAtt Store.Arn', 'arn:made:Store'],
  ['!GetAtt Store.Nested.Name', 'nested Store'],
  ['{ "Fn::GetAtt": [Store, Arn] }', 'arn:made:Store'],
  ['{ "Fn::GetAtt": Store.Arn }', 'arn:made:Store'],
  ["!Sub '${Name} has ${Count} of ${Store.Arn} in ${AWS::Region}'", 'ada has 3 of arn:made:Store in eu-west-1'],
  ["!Sub '${!Name} and ${ Name }'", '${Name} and ada'],
  ["!Sub ['${Who}-${Name}', { Who: !Select [1, !Ref Zones] }]", 'b-ada'],
  ["!Sub ['${Name}', { Name: mine }]", 'mine'],
  ["!Join ['-', [a, !Ref Name, !Ref Count]]", 'a-ada-3'],
  ["!Join [':', !Ref Zones]", 'a:b:c'],
  ["!Join ['', []]", ''],
  ["!Split ['/', !Sub 'x/${Name}']", ['x', 'ada']],
  ["!Select [2, !Split [':', !GetAtt Store.Arn]]", 'Store'],
  ["!Select ['0', [p, q]]", 'p'],
  ['!FindInMap [Sizes, small, Names]', ['x', 'y']],
  ['!FindInMap [Sizes, !Sub small, Memory]', 128],
  ['{ "Fn::Base64": !Ref Name }', 'YWRh'],
  ['!If [Yes, 1, 2]', 1],
  ['!If [No, 1, !If [Three, 3, 4]]', 3],
  ['!If [Both, !Ref Name, never]', 'ada'],
  ['!If [Neither, 1, 2]', 2],
  ['{ a: !If [No, 1, !Ref AWS::NoValue] }', {}],
  ['!Equals [a, a]', true],
  ['!Not [!Equals [a, a]]', false],
  ['!And [!Equals [a, a], !Equals [a, b]]', false],
  ['!Or [!Equals [a, a], !Equals [a, b]]', true],
  ['{ Ref: a, Other: b }', { Ref: 'a', Other: 'b' }],
  ['{ StringEquals: { "aws:RequestTag/a": !Ref Name } }', { StringEquals: { 'aws:RequestTag/a': 'ada' } }],
])('%s is computed as CloudFormation computes it', async (value, expected) => {
  expect(await propertiesOf(value, head)).toEqual(expected);
});

test('AWS::StackId is an ARN that stays the same', async () => {
  const first = await propertiesOf('!Ref AWS::StackId');
  const second = await propertiesOf('!Ref AWS::StackId');

  expect(first).toMatch(/^arn:aws:cloudformation:eu-west-1:123456789012:stack\/demo\/[0-9a-f-]{36}$/);
  expect(second).toBe(first);
});

test.each([
  ['!ImportValue other', 'Fn::ImportValue'],
  ['!GetAZs ""', 'Fn::GetAZs'],
  ['!Cidr [a, 1, 2]', 'Fn::Cidr'],
  ['{ "Fn::Length": [a] }', 'Fn::Length'],
  ['!Ref Nobody', 'no Nobody, or its condition does not hold, but It refers to it'],
  ["!Sub '${Nobody.Arn}'", 'no Nobody'],
  ['!GetAtt Store.Nothing', 'Store has no attribute Nothing on the local stack; it has Arn, Nested.Name'],
  ['!GetAtt Store', 'Fn::GetAtt needs a logical id and an attribute'],
  ['!Ref AWS::NotificationARNs', 'no pseudo parameter AWS::NotificationARNs'],
  ['!If [Maybe, 1, 2]', 'no condition Maybe'],
  ['!If [Yes, 1]', 'Fn::If takes a list of 3'],
  ['!Select [7, !Ref Zones]', 'Fn::Select finds nothing at 7'],
  ['!FindInMap [Sizes, huge, Memory]', 'no mapping Sizes.huge.Memory'],
  ["!Join ['-', !Ref Name]", 'Fn::Join needs a list'],
  ["!Sub '${Zones}'", 'Fn::Sub of Zones needs a string'],
  ["'{{resolve:ssm:name}}'", 'dynamic references: {{resolve:ssm:name}}'],
  ['!And [!Equals [a, a]]', 'Fn::And takes 2 to 10 conditions'],
  ['!Or [1, 2]', 'A condition gives 1'],
])('%s is refused by a sentence that names it', async (value, message) => {
  await expect(propertiesOf(value, head)).rejects.toThrow(message);
});

test('conditions that need each other are named as a circle', async () => {
  const circle = 'Conditions: { A: !Not [!Condition B], B: !Not [!Condition A] }';

  await expect(propertiesOf('!If [A, 1, 2]', circle)).rejects.toThrow('Circular conditions: A → B → A');
});

test('a condition cannot look at a resource', async () => {
  const condition = 'Conditions: { A: !Equals [!Ref Store, x] }';

  await expect(propertiesOf('!If [A, 1, 2]', condition)).rejects.toThrow('A condition cannot refer to Store');
});
