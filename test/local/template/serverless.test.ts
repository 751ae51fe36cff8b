// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of CloudFormation have them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { provision, readTemplate } from '../../../local/template/template.ts';
import { recording, surroundings, template } from './stack.ts';

const folder = join(import.meta.dirname, 'app');
const read = (file: string, parameters = {}) => readTemplate(join(folder, file), { ...surroundings, parameters });

/** transformed.json is what aws-sam-translator 1.110.0 made of template.yaml, less the places in S3 of code and definition. */
test.each([{}, { Stage: 'live' }, { Boundary: 'arn:aws:iam::123456789012:policy/limit', Seconds: '5' }])(
  'the template expands to what SAM makes of it, given %j',
  (parameters) => {
    const { resources } = read('template.yaml', parameters);

    const expected = read('transformed.json', parameters).resources;
    const comparable = resources.map(
      ({ properties: { Code: _, DefinitionString: __, ...properties }, ...resource }) => ({
        ...resource,
        properties,
      }),
    );

    expect(comparable.toSorted(byId)).toEqual([...expected].sort(byId));
  },
);

test('code is a folder beside the template', () => {
  const greet = read('template.yaml').resources.find(({ logicalId }) => logicalId === 'Greet');

  expect(greet?.properties['Code']).toEqual({ Local: join(folder, 'dist/greet') });
});

test('the definition of a state machine is its file with the values of its substitutions', async () => {
  const template = read('template.yaml');
  const { made, handlers } = recording(
    template.resources.map(({ type }) => type),
    ({ logicalId, name }) => ({
      ref: name,
      attributes: { Arn: `arn:${logicalId}`, StreamArn: 'arn:stream' },
    }),
  );

  await provision(template, handlers);

  const runner = made.find(({ logicalId }) => logicalId === 'Runner');
  const file = readFileSync(join(folder, 'statemachines/runner.asl.json'), 'utf8');
  expect(runner?.properties.DefinitionString).toBe(file.replace('${Seconds}', '20').replace('${Greet}', 'arn:Greet'));
  expect(runner?.properties).not.toHaveProperty('DefinitionSubstitutions');
  expect(runner?.properties.StateMachineName).toBe('demo-runner');
});

test('functions of an inline definition are computed too', async () => {
  const { made, handlers } = recording(['T', 'AWS::StepFunctions::StateMachine', 'AWS::IAM::Role']);

  await provision(
    template(
      serverless(`M: { Type: AWS::Serverless::StateMachine, Properties: { Definition: { States: { A: { Resource: !GetAtt F.Arn, List: [!Ref F, 1] } } } } }
  F: { Type: T }`),
    ),
    handlers,
  );

  const { DefinitionString } = made.find(({ logicalId }) => logicalId === 'M')?.properties ?? {};
  const name = made.find(({ logicalId }) => logicalId === 'F')?.name;
  expect(JSON.parse(DefinitionString)).toEqual({ States: { A: { Resource: 'arn:made:F', List: [name, 1] } } });
});

test.each([
  ['HttpApi', 'is not expanded: an API here is made of AWS::ApiGatewayV2::Route'],
  ['Api', 'is not expanded: an API here is made of AWS::ApiGatewayV2::Route'],
  ['SNS', 'does not expand events of type SNS (FE)'],
])('an event of type %s is refused with its reason', (type, message) => {
  const text = serverless(
    `F: { Type: AWS::Serverless::Function, Properties: { CodeUri: x, Events: { E: { Type: ${type} } } } }`,
  );

  expect(() => template(text)).toThrow(message);
});

test.each([
  ['AutoPublishAlias: live', 'AutoPublishAlias of F'],
  ['Policies: [{ SQSPollerPolicy: { QueueName: x } }]', 'The policy SQSPollerPolicy for FRole has no Statement'],
  ['Policies: [AdministratorAccess]', 'name a managed policy by its ARN'],
  ['CodeUri: s3://bucket/key', 'The CodeUri of F must be a folder'],
  ['DeadLetterQueue: { Type: SQS }', 'DeadLetterQueue of F needs a TargetArn'],
  [
    'EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS } } }',
    'OnFailure of FEventInvokeConfig needs a Destination',
  ],
  [
    'Events: { E: { Type: Schedule, Properties: { Schedule: x, Enabled: true, State: ENABLED } } }',
    'both State and Enabled',
  ],
  ['Events: { E: { Type: Schedule, Properties: { Schedule: x, Pattern: {} } } }', 'Pattern of FE'],
  [
    'Events: { E: { Type: ScheduleV2, Properties: { DeadLetterConfig: { Type: SQS } } } }',
    'Declare the queue and name its Arn',
  ],
  ['Events: { E: { Type: DynamoDB, Properties: { StartingPosition: LATEST } } }', 'FE needs a Stream'],
])('a function with %s is refused', (property, message) => {
  const own = property.startsWith('CodeUri') ? property : `CodeUri: x, ${property}`;

  expect(() => template(serverless(`F: { Type: AWS::Serverless::Function, Properties: { ${own} } }`))).toThrow(message);
});

test.each([
  ['Type: AWS::Serverless::SimpleTable', 'does not expand AWS::Serverless::SimpleTable (X)'],
  ['Type: AWS::Serverless::StateMachine', 'X needs one of Definition and DefinitionUri'],
  ['Type: AWS::Serverless::StateMachine, Properties: { Definition: {}, Events: {} }', 'does not expand Events of X'],
])('{ %s } is refused', (resource, message) => {
  expect(() => template(serverless(`X: { ${resource} }`))).toThrow(message);
});

test('a resource that SAM would write over is refused', () => {
  const text = serverless('F: { Type: AWS::Serverless::Function, Properties: { CodeUri: x } }\n  FRole: { Type: T }');

  expect(() => template(text)).toThrow('F expands to FRole, and the template has another resource of that name');
});

test('a serverless resource without the transform is refused', () => {
  expect(() => template('Resources: { F: { Type: AWS::Serverless::Function } }')).toThrow('has no Transform');
});

test('Globals that nothing here would read are refused', () => {
  expect(() => template(`Globals: { Api: {} }\n${serverless('T: { Type: T }')}`)).toThrow('Globals of Api');
});

test('lists of Globals come before the list of the function', () => {
  const text = `Globals: { Function: { Layers: [a], Tags: { t: 1 } } }\n${serverless('F: { Type: AWS::Serverless::Function, Properties: { CodeUri: x, Layers: [b] } }')}`;

  const lambda = template(text).resources.find(({ logicalId }) => logicalId === 'F');

  expect(lambda?.properties['Layers']).toEqual(['a', 'b']);
});

function serverless(resources: string): string {
  return `Transform: AWS::Serverless-2016-10-31\nResources:\n  ${resources}\n`;
}

function byId(a: { readonly logicalId: string }, b: { readonly logicalId: string }): number {
  return a.logicalId < b.logicalId ? -1 : 1;
}
