import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListActivitiesCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { definitionOf } from './asl.ts';
import { type Served, serve, until } from './serving.ts';

let stack: Served;
afterEach(() => stack.close());

const roleArn = 'arn:aws:iam::000000000000:role/r';
const passing = (Output: unknown) => definitionOf({ A: { Type: 'Pass', Output, End: true } });
const unknown = 'arn:aws:states:us-east-1:000000000000:stateMachine:none';

describe('a state machine made through the API', () => {
  it('is described, listed, changed and deleted; what ran under it is kept', async () => {
    stack = await serve();
    const { client } = stack;
    const { stateMachineArn = '' } = await client.send(
      new CreateStateMachineCommand({ name: 'n', roleArn, definition: passing(1) }),
    );
    const first = await stack.run(stateMachineArn);
    await stack.ended(first);

    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: passing(2) }));
    const second = await stack.ended(await stack.run(stateMachineArn));

    expect(second.output).toBe('2');
    expect(await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      name: 'n',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition: passing(2),
      roleArn,
    });
    const listed = await client.send(new ListStateMachinesCommand({}));
    expect(listed.stateMachines?.map(({ name }) => name)).toEqual(['n']);
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(client.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    expect(await client.send(new DescribeStateMachineForExecutionCommand({ executionArn: first }))).toMatchObject({
      stateMachineArn,
      definition: passing(1),
      roleArn,
    });
  });

  it('is one when made twice alike, and refused when made otherwise', async () => {
    stack = await serve();
    const create = (definition: string, more: object = {}) =>
      stack.client.send(new CreateStateMachineCommand({ name: 'n', roleArn, definition, ...more }));
    const first = await create(passing(1));

    expect(await create(passing(1))).toMatchObject({ stateMachineArn: first.stateMachineArn });
    await expect(create(passing(2))).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
    await expect(create('{', { name: 'o' })).rejects.toMatchObject({ name: 'InvalidDefinition' });
    await expect(create(passing(1), { type: 'EXPRESS' })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
    await expect(create(passing(1), { publish: true })).rejects.toThrow(/publish.*AWS_ENDPOINT_URL_SFN/);
  });

  it('runs its own definition, though one that was forgotten had its place', async () => {
    stack = await serve();
    const { client, clock } = stack;
    const create = async (name: string, output: string): Promise<string> => {
      const given = { name, roleArn, definition: passing(output) };
      return (await client.send(new CreateStateMachineCommand(given))).stateMachineArn ?? '';
    };
    const stateMachineArn = await create('first', 'old');
    const ran = await stack.run(stateMachineArn);
    await stack.ended(ran);
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    clock.turn(91 * 24 * 60 * 60 * 1000);
    await until(() =>
      stack
        .describe(ran)
        .then(() => false)
        .catch(() => true),
    );

    const { output } = await stack.ended(await stack.run(await create('second', 'new')));

    expect(output).toBe('"new"');
  });

  it('must be there, and be named by an ARN', async () => {
    stack = await serve();
    const { client } = stack;
    const missing = { name: 'StateMachineDoesNotExist' };

    await expect(stack.run(unknown)).rejects.toMatchObject(missing);
    await expect(stack.now.service.startExecution(unknown, undefined, '{}')).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    });
    await expect(client.send(new StartExecutionCommand({ stateMachineArn: 'x' }))).rejects.toMatchObject({
      name: 'InvalidArn',
    });
    await expect(
      client.send(new UpdateStateMachineCommand({ stateMachineArn: unknown, roleArn })),
    ).rejects.toMatchObject(missing);
    await expect(stack.describe('arn:aws:states:us-east-1:000000000000:execution:m:x')).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });
});

describe('a state machine of the template', () => {
  it('has its ARN as Ref, and Arn and Name as attributes, and is brought to its properties at each start', async () => {
    stack = await serve();
    const handler = stack.now.service.resources['AWS::StepFunctions::StateMachine'];
    const properties = {
      Definition: JSON.parse(passing(1)),
      RoleArn: roleArn,
      Tags: [],
      TracingConfiguration: { Enabled: true },
    };
    const resource = { logicalId: 'M', name: 'stack-M', type: '', properties };

    const made = await handler?.(resource);

    const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:stack-M';
    expect(made).toEqual({ ref: arn, attributes: { Arn: arn, Name: 'stack-M' } });
    await handler?.({ ...resource, properties: { DefinitionString: passing(2), RoleArn: roleArn } });
    expect((await stack.ended(await stack.run(arn))).output).toBe('2');
  });

  it.each([
    [{ StateMachineType: 'EXPRESS' }, /EXPRESS/],
    [{ EncryptionConfiguration: {} }, /EncryptionConfiguration/],
    [{ Definition: {} }, /either a DefinitionString or a Definition/],
    [{ RoleArn: undefined }, /RoleArn/],
    [{ LoggingConfiguration: { Level: 'SOME' } }, /level SOME/],
    [{ LoggingConfiguration: { Level: 'ALL' } }, /needs a log group/],
  ])('is refused with a property that it would ignore (%j)', async (properties, why) => {
    stack = await serve();

    await expect(stack.machine(passing(1), properties)).rejects.toThrow(why);
  });
});

it('says which operation it does not have', async () => {
  stack = await serve();

  await expect(stack.client.send(new ListActivitiesCommand({}))).rejects.toThrow(
    /ListActivities.*AWS_ENDPOINT_URL_SFN/,
  );
});
