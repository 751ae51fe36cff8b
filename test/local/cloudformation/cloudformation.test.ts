import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { openCloudFormation, type ProvisionedStack } from '../../../local/cloudformation/cloudformation.ts';
import { call, operationsIn, root } from '../access-call.ts';

const id = /arn:aws:cloudformation:us-east-1:000000000000:stack\/sluice\/[0-9a-f-]{36}/;
const made: ProvisionedStack = {
  name: 'sluice',
  outputs: { ApiUrl: 'http://127.0.0.1:1/?a&b', TableName: 'sluice-Table' },
  resources: new Map([['GitFunctionRole', { ref: 'sluice-Git', attributes: {}, type: 'AWS::IAM::Role' }]]),
};

function open() {
  const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
  const service = openCloudFormation({ ...place, clock: new TurnableClock() });
  service.provisioned(made);
  return service;
}

async function ask(service: ReturnType<typeof open>, parameters: Readonly<Record<string, string>>): Promise<string> {
  const request = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    caller: root,
    requestId: 'r',
  };
  const body = Readable.from([Buffer.from(String(new URLSearchParams(parameters)))]);
  return String((await service.handle({ ...request, body })).body);
}

test.each([{}, { StackName: 'sluice' }])('outputs are told of %j', async (named) => {
  const xml = await ask(open(), { Action: 'DescribeStacks', ...named });

  expect(xml).toContain('<OutputKey>ApiUrl</OutputKey><OutputValue>http://127.0.0.1:1/?a&amp;b</OutputValue>');
  expect(xml).toContain('<StackStatus>CREATE_COMPLETE</StackStatus>');
  expect(xml).toMatch(id);
});

test('a stack is found by its id too', async () => {
  const service = open();
  const StackName = id.exec(await ask(service, { Action: 'DescribeStacks' }))?.[0] ?? '';

  expect(await ask(service, { Action: 'DescribeStacks', StackName })).toContain('<StackName>sluice</StackName>');
});

test('a resource is told by its logical id', async () => {
  const named = { StackName: 'sluice', LogicalResourceId: 'GitFunctionRole' };

  const xml = await ask(open(), { Action: 'DescribeStackResource', ...named });

  expect(xml).toContain('<PhysicalResourceId>sluice-Git</PhysicalResourceId><ResourceType>AWS::IAM::Role');
});

test.each([
  [{ Action: 'DescribeStacks', StackName: 'other' }, 'ValidationError'],
  [{ Action: 'DescribeStackResource', StackName: 'sluice', LogicalResourceId: 'None' }, 'ValidationError'],
  [{ Action: 'DescribeStackResource', LogicalResourceId: 'GitFunctionRole' }, 'ValidationError'],
  [{ Action: 'CreateStack', StackName: 'other' }, 'InvalidAction'],
])('%j is refused with %s', async (parameters, code) => {
  await expect(ask(open(), parameters)).rejects.toMatchObject({ name: code });
});

test('nothing is told before the template stands', async () => {
  const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
  const service = openCloudFormation({ ...place, clock: new TurnableClock() });

  await expect(ask(service, { Action: 'DescribeStacks' })).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});

test('every operation asks for itself on the stack that it names', () => {
  const service = open();
  const operations = operationsIn('cloudformation/cloudformation.ts');

  expect(operations).toContain('DescribeStacks');
  for (const Action of operations) {
    const asked = service.access(call({ body: String(new URLSearchParams({ Action, StackName: 'sluice' })) }));
    expect(asked).toEqual([{ action: `cloudformation:${Action}`, resource: expect.stringMatching(id) }]);
  }
});
