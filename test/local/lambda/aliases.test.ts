import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { Surroundings, serve } from './stage.ts';

const ECHO = 'export const handler = async (event, context) => context.invokedFunctionArn;';
const FunctionName = 'echo';

let stage: Surroundings;
let lambda: LambdaService;
let server: Awaited<ReturnType<typeof serve>>;
let client: LambdaClient;
let arn: string;
beforeEach(async () => {
  stage = new Surroundings();
  lambda = stage.open();
  server = await serve(lambda);
  arn = await stage.make(lambda, FunctionName, ECHO);
  const endpoint = new URL(server.url).origin;
  client = new LambdaClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterEach(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
  await stage.close();
});

const make = (Name: string, more: object = {}) =>
  client.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '$LATEST', ...more }));
const invoked = async (name: string, Qualifier?: string) => {
  const { Payload } = await client.send(new InvokeCommand({ FunctionName: name, ...(Qualifier ? { Qualifier } : {}) }));
  return JSON.parse(Buffer.from(Payload ?? []).toString());
};

test('an alias is made, shown, changed and deleted', async () => {
  const made = await make('web', { Description: 'one' });
  await make('api');

  expect(made).toMatchObject({ AliasArn: `${arn}:web`, Name: 'web', FunctionVersion: '$LATEST', Description: 'one' });
  const changed = await client.send(new UpdateAliasCommand({ FunctionName, Name: 'web', Description: 'two' }));
  expect(changed).toMatchObject({ Description: 'two' });
  expect(await client.send(new GetAliasCommand({ FunctionName, Name: 'web' }))).toMatchObject({ Description: 'two' });
  const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName }));
  expect(Aliases?.map(({ Name }) => Name)).toEqual(['api', 'web']);
  await client.send(new DeleteAliasCommand({ FunctionName, Name: 'web' }));
  await client.send(new DeleteAliasCommand({ FunctionName, Name: 'web' }));
  await expect(client.send(new GetAliasCommand({ FunctionName, Name: 'web' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a function is told by which alias it was invoked, also later and after a restart', async () => {
  await make('web');
  expect(await invoked(FunctionName)).toBe(arn);
  expect(await invoked(FunctionName, 'web')).toBe(`${arn}:web`);
  expect(await invoked(`${arn}:web`)).toBe(`${arn}:web`);

  const again = stage.open();
  await stage.make(
    again,
    'echo',
    "export const handler = async (_, context) => console.log('as', context.invokedFunctionArn);",
  );
  again.start();
  await again.invokeLater(`${arn}:web`, '{}');

  await vi.waitFor(() => expect(stage.lines.map(({ message }) => message).join('\n')).toContain(`${arn}:web`), 10_000);
});

test.each([
  [{ Name: '7' }, 'InvalidParameterValueException'],
  [{ Name: 'a.b' }, 'InvalidParameterValueException'],
  [{ Name: 'web' }, 'ResourceConflictException'],
  [{ Name: 'x', FunctionVersion: '1' }, 'ResourceNotFoundException'],
  [{ Name: 'x', FunctionName: 'gone' }, 'ResourceNotFoundException'],
  [{ Name: 'x', RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } } }, 'InvalidParameterValueException'],
])('no alias is made of %j', async ({ Name, ...more }, name) => {
  await make('web');

  await expect(make(Name, more)).rejects.toMatchObject({ name });
});

test('an alias that is not there is not invoked', async () => {
  await expect(invoked(FunctionName, 'web')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(lambda.invokeLater(`${arn}:web`, '{}')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('an alias has a policy of its own, which goes with it', async () => {
  await make('web');
  const given = {
    FunctionName,
    Qualifier: 'web',
    StatementId: 'rule',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:eu-central-1:000000000000:rule/nightly',
  };

  const { Statement } = await client.send(new AddPermissionCommand(given));

  expect(JSON.parse(Statement ?? '')).toEqual({
    Sid: 'rule',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: `${arn}:web`,
    Condition: { ArnLike: { 'AWS:SourceArn': given.SourceArn } },
  });
  expect(lambda.accessToInvoke(arn)[0]?.policy).toBeUndefined();
  expect(lambda.accessToInvoke(`${arn}:web`)).toMatchObject([
    { action: 'lambda:InvokeFunction', resource: `${arn}:web`, policy: expect.stringContaining('rule/nightly') },
  ]);
  await expect(client.send(new AddPermissionCommand(given))).rejects.toMatchObject({
    name: 'ResourceConflictException',
  });
  const { Policy } = await client.send(new GetPolicyCommand({ FunctionName, Qualifier: 'web' }));
  expect(Policy).toContain('rule/nightly');
  const again = { FunctionName, Qualifier: 'web', StatementId: 'rule' };
  await client.send(new RemovePermissionCommand(again));
  await expect(client.send(new RemovePermissionCommand(again))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(client.send(new GetPolicyCommand({ FunctionName, Qualifier: 'web' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });

  await client.send(new AddPermissionCommand(given));
  await client.send(new DeleteAliasCommand({ FunctionName, Name: 'web' }));
  expect(lambda.accessToInvoke(`${arn}:web`)[0]?.policy).toBeUndefined();
});

test.each([
  [{ StatementId: 'a b' }, 'InvalidParameterValueException'],
  [{ Action: 'no action' }, 'InvalidParameterValueException'],
  [{ PrincipalOrgID: 'o-1' }, 'InvalidParameterValueException'],
  [{ Qualifier: 'gone' }, 'ResourceNotFoundException'],
])('no permission is added of %j', async (more, name) => {
  const given = { FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };

  await expect(client.send(new AddPermissionCommand({ ...given, ...more }))).rejects.toMatchObject({ name });
});
