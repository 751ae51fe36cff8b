import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { SendTaskSuccessCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionItem, context, openWorld, runId, runItem, sample, type World } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  vi.stubEnv('BUILD_FUNCTION', 'build');
});
afterEach(() => world.close());

type Image = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

let sequence = 0;
/** A record of the stream, in the shape of the sample. */
function record(after: Image, before?: Image): DynamoDBRecord {
  const [{ dynamodb, ...common } = {}] = sample<{ Records: DynamoDBRecord[] }>('publish').Records;
  const image = (item: Image) =>
    marshall(item, { removeUndefinedValues: true }) as NonNullable<typeof dynamodb>['NewImage'];
  return {
    ...common,
    eventName: before ? 'MODIFY' : 'INSERT',
    dynamodb: {
      ...dynamodb,
      Keys: image({ pk: after.pk, sk: after.sk }) ?? {},
      NewImage: image(after) ?? {},
      ...(before ? { OldImage: image(before) ?? {} } : {}),
      SequenceNumber: String(++sequence),
    },
  };
}

async function publish(...Records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> {
  const { handler } = await import('../../functions/listeners/publish.ts');
  return handler({ Records: [...Records] }, context);
}

const open = { open: 'OPEN#1', nextCheckAt: 1 };
const token = { value: 'T', order: { execution: 1, entry: 1, invocation: 0 } };
const states = () =>
  world.events
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? [])
    .map(({ Detail }) => JSON.parse(Detail ?? '{}').state);
const sent = () => world.sfn.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input.taskToken);
const updates = () => world.table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
const asked = () =>
  world.lambda
    .commandCalls(InvokeCommand)
    .map(({ args: [{ input }] }) => [
      input.FunctionName,
      JSON.parse(Buffer.from((input.Payload ?? '') as Uint8Array).toString()),
    ]);

describe('Publish', () => {
  it.each(['RUN', 'ACTION', 'RUN#'])('passes over a pipeline that has the name %s', async (name) => {
    const summary = { pk: 'PIPELINES', sk: name, id: 'i', version: 1, digest: 'd', tags: [] };

    const answer = await publish(record(name === 'RUN#' ? { ...summary, pk: 'x', sk: 'RUN' } : summary));

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(states()).toEqual([]);
  });

  it('passes over what was removed, and what the stream says nothing of', async () => {
    const { dynamodb = {}, ...removed } = record(runItem('Build', 0), runItem('Build', 0));
    const keys = { ...dynamodb, NewImage: undefined } as unknown as NonNullable<DynamoDBRecord['dynamodb']>;

    const answer = await publish(
      { ...removed, eventName: 'REMOVE', dynamodb },
      { ...removed, eventName: 'REMOVE', dynamodb: keys },
      { eventName: 'MODIFY' },
    );

    expect(answer).toEqual({ batchItemFailures: [] });
    expect([states(), sent(), updates()]).toEqual([[], [], []]);
  });

  it('tells that an action has begun which was not there before', async () => {
    await publish(record(actionItem('Build', { status: 'Running', ...open })));

    expect(states()).toEqual(['STARTED']);
  });

  it('tells of the end of an action, answers its token and lets it leave the open work, in this order', async () => {
    const before = actionItem('Build', { status: 'Running', token, ...open });
    const order: string[] = [];
    world.events.on(PutEventsCommand).callsFake(({ Entries }) => {
      order.push('told');
      return { Entries: Entries.map(() => ({ EventId: 'e' })) };
    });
    world.sfn.on(SendTaskSuccessCommand).callsFake(() => void order.push('sent'));
    world.table.on(UpdateCommand).callsFake(() => void order.push('left'));

    await publish(record({ ...before, status: 'Succeeded', rev: 2 }, before));

    expect(order).toEqual(['told', 'sent', 'left']);
    expect(updates()).toMatchObject([
      { UpdateExpression: 'REMOVE #open, nextCheckAt, #token', ExpressionAttributeValues: { ':rev': 2 } },
    ]);
  });

  it('passes over the record that an action leaves behind when it leaves the open work', async () => {
    const before = actionItem('Build', { status: 'Succeeded', token, ...open });
    const { open: _, nextCheckAt: __, token: ___, ...after } = before as Image & typeof open & { token: object };

    await publish(record(after as Image, before));

    expect([states(), sent(), updates()]).toEqual([[], [], []]);
  });

  it('leaves to the sweeper what was over before, for it cannot know whether its end was told', async () => {
    const before = actionItem('Build', { status: 'Succeeded', ...open });

    await publish(record({ ...before, token, rev: 2 }, before));

    expect([states(), sent(), updates()]).toEqual([[], [], []]);
  });

  it('keeps in the open work whose end EventBridge did not take', async () => {
    const before = actionItem('Build', { status: 'Running', token, ...open });
    world.events.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'InternalFailure' }] });

    const ended = record({ ...before, status: 'Failed', rev: 2 }, before);
    const answer = await publish(ended);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: ended.dynamodb?.SequenceNumber }] });
    expect([sent(), updates()]).toEqual([[], []]);
  });

  it('names the first record that it could not finish, and has finished none after it', async () => {
    const ended = [1, 2, 3].map((number) => {
      const before = actionItem('Build', { status: 'Running', token: { ...token, value: `T${number}` }, ...open });
      return record({ ...before, status: 'Succeeded', rev: number }, before);
    });
    world.sfn.on(SendTaskSuccessCommand, { taskToken: 'T2' }).rejects(new Error('not now'));

    const answer = await publish(...ended);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: ended[1]?.dynamodb?.SequenceNumber }] });
    expect(sent()).toEqual(['T1', 'T2']);
  });

  it.each([
    ['Abandoned', {}],
    ['TimedOut', { failure: { code: 'JobFailed', message: 'm' } }],
    ['Failed', { failure: { code: 'SystemUnavailable', message: 'The action could not be carried on.' } }],
  ])('has the work of an action stopped that is %s', async (status, more) => {
    const before = actionItem('Build', { status: 'Running', externalId: 'b:1', ...open });

    await publish(record({ ...before, status, ...more, rev: 2 }, before));

    expect(asked()).toEqual([['build', { cancel: before['key'] }]]);
  });

  it.each([
    ['Failed', { externalId: 'b:1', failure: { code: 'JobFailed', message: 'm' } }],
    ['Succeeded', { externalId: 'b:1' }],
    ['Abandoned', {}],
  ])('has nothing stopped where no work goes on: %s', async (status, more) => {
    const before = actionItem('Build', { status: 'Running', ...open });

    await publish(record({ ...before, ...more, status, rev: 2 }, before));

    expect(asked()).toEqual([]);
  });

  it('mails an open approval once it runs, and marks it while it does', async () => {
    const approval = actionItem('Approve', { status: 'Running', approvalToken: 'secret token', ...open });

    await publish(
      record(approval, { ...approval, status: 'Starting' }),
      record({ ...approval, mailed: true }, approval),
    );

    const [mail, ...more] = world.sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ Subject: 'APPROVAL NEEDED: hello-site Review', MessageStructure: 'json' });
    const { default: message, email } = JSON.parse(mail?.Message ?? '{}');
    expect(email).toContain('https://api.example.com/approvals/hello-site/Approve/Review?run=');
    expect(JSON.parse(message).approval).not.toHaveProperty('token');
    expect(updates()).toMatchObject([
      { ConditionExpression: '#status = :running', ExpressionAttributeValues: { ':running': 'Running' } },
    ]);
  });

  it.each([
    ['decides', 'Review?run=', 'See what is to be approved, and decide:'],
    ['needs-sign-in', 'Review?run=', 'the link does not decide'],
    ['off', 'Review\n', 'This address only names the approval.'],
  ])('mails what the link does: %s', async (mode, link, words) => {
    vi.stubEnv('APPROVAL_LINK', mode);
    const approval = actionItem('Approve', { status: 'Running', approvalToken: 'secret token', ...open });

    await publish(record(approval, { ...approval, status: 'Starting' }));

    const [mail] = world.sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    const { email } = JSON.parse(mail?.Message ?? '{}');
    expect(`${email}\n`).toContain(link);
    expect(email).toContain(words);
  });

  it('wakes a run that entered the stage before which it waited', async () => {
    const before = runItem('Build', 0, { place: 'inbound', token, ...open });

    await publish(record({ ...before, place: 'inside', rev: 2 }, before));

    expect(sent()).toEqual(['T']);
    expect(states()).toEqual(['STARTED']);
  });

  it('starts the next execution of a run that goes on in one', async () => {
    const before = runItem('Build', 0, open);

    await publish(record({ ...before, execution: 2, rev: 2 }, before));

    const names = world.sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);
    expect(names).toEqual([`${runId}-2`]);
  });

  it('does all of it again for the same records, and nothing else', async () => {
    const before = runItem('Build', 0, { place: 'inbound', token, ...open });
    const ended = record({ ...before, status: 'Superseded', rev: 2 }, before);

    await publish(ended);
    await publish(ended);

    expect(states()).toEqual(['SUPERSEDED', 'SUPERSEDED']);
    expect(sent()).toEqual(['T', 'T']);
    expect(updates()).toHaveLength(2);
  });
});
