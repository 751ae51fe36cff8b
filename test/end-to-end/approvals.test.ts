import {
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import { decide, openLink } from '../../scripts/walk/reviewer.ts';
import { buildWithNoOp } from '../no-op/build.ts';
import { type WaitingRun, waitingRun } from './approval-run.ts';
import { endOf, startTestStack, type TestStack } from './stack.ts';

const day = 24 * 60 * 60 * 1000;

let test: TestStack;
const clock = new TurnableClock();
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), clock });
});
afterAll(() => test?.close());

function answer({ pipeline, token }: WaitingRun, status: 'Approved' | 'Rejected', summary = ''): Promise<string> {
  const command = new PutApprovalResultCommand({
    pipelineName: pipeline,
    stageName: 'Approve',
    actionName: 'Review',
    token,
    result: { status, summary },
  });
  return test.client.send(command).then(
    () => 'taken',
    (error: Error) => error.name,
  );
}

async function stateOf(pipeline: string): Promise<string> {
  const { stageStates } = await test.client.send(new GetPipelineStateCommand({ name: pipeline }));
  return JSON.stringify(stageStates);
}

/** Does many at once, but no more than `atOnce` together. */
async function many<T>(count: number, atOnce: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) results.push(await work(next++));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

describe('an approval link', () => {
  // 10,000 times, without the way there: test/listeners/approval-link.test.ts.
  it('C14 changes nothing, however often it is opened', { timeout: 600_000 }, async () => {
    const waiting = await waitingRun(test, 'opened-often');
    const before = await stateOf(waiting.pipeline);

    // Ten thousand times: test/listeners/approval-link.test.ts.
    const statuses = await many(400, 20, async (index) => {
      const response = await fetch(waiting.link, { method: index % 2 === 0 ? 'GET' : 'HEAD' });
      await response.arrayBuffer();
      return response.status;
    });

    // API Gateway's throttle answers some with 429.
    expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(200);
    expect(await stateOf(waiting.pipeline)).toBe(before);
    expect(await answer(waiting, 'Approved')).toBe('taken');
    expect(await endOf(test.client, waiting.pipeline, waiting.run)).toBe('Succeeded');
  });

  it('C15 is refused with any one field changed', async () => {
    const waiting = await waitingRun(test, 'one-field');
    const other = await waitingRun(test, 'other-fields');
    const url = new URL(waiting.link);
    const [, root = '', ...path] = url.pathname.split('/');
    const changed = [
      ...path.map(
        (_, index) => `/${root}/${path.map((part, at) => (at === index ? `${part}x` : part)).join('/')}${url.search}`,
      ),
      ...[...url.searchParams.keys()].flatMap((name) =>
        [`${url.searchParams.get(name)}0`, new URL(other.link).searchParams.get(name) ?? '', ''].map((value) => {
          const query = new URLSearchParams(url.searchParams);
          query.set(name, value);
          return `${url.pathname}?${query}`;
        }),
      ),
    ].filter((address) => address !== `${url.pathname}${url.search}`);
    const { fields } = await openLink(waiting.link);

    const statuses = await Promise.all(
      changed.flatMap((address) => [
        fetch(new URL(address, waiting.link)).then(({ status }) => status),
        decide(String(new URL(address, waiting.link)), 'Approved', '', fields).then(({ status }) => status),
      ]),
    );

    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([403]));
    expect(await answer(waiting, 'Rejected')).toBe('taken');
  });

  it('C15 is signed with 256 bits by a key as strong, and what decides is not in the table', async () => {
    const waiting = await waitingRun(test, 'not-kept');
    const at = { endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator };
    const query = new URL(waiting.link).searchParams;
    const { SecretList = [] } = await new SecretsManagerClient(at).send(new ListSecretsCommand({}));
    const linkKey = SecretList.find(({ Name }) => Name?.includes('LinkKey'));
    const { SecretString: key = '' } = await new SecretsManagerClient(at).send(
      new GetSecretValueCommand({ SecretId: linkKey?.ARN }),
    );
    const { fields } = await openLink(waiting.link);

    const { Items: items = [] } = await new DynamoDBClient(at).send(
      new ScanCommand({ TableName: test.stack.outputs['TableName'] }),
    );

    expect(Buffer.from(query.get('signature') ?? '', 'base64url')).toHaveLength(32);
    expect(key).toMatch(/^[A-Za-z0-9]{64}$/);
    const kept = JSON.stringify(items);
    expect(kept).toContain(waiting.run);
    for (const secret of [query.get('signature'), fields['nonce'], key]) {
      expect(secret?.length).toBeGreaterThan(40);
      expect(kept).not.toContain(secret);
    }
  });

  it('decides by its form, and says so the second time', async () => {
    const waiting = await waitingRun(test, 'by-link');
    const { fields } = await openLink(waiting.link);

    const first = await decide(waiting.link, 'Rejected', 'not today', fields);
    const second = await decide(waiting.link, 'Approved', '', fields);

    expect([first.status, second.status]).toEqual([200, 409]);
    expect(await endOf(test.client, waiting.pipeline, waiting.run)).toBe('Failed');
    const { actionExecutionDetails = [] } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName: waiting.pipeline }),
    );
    const review = actionExecutionDetails.find(({ actionName }) => actionName === 'Review');
    expect(review).toMatchObject({
      status: 'Failed',
      updatedBy: 'email-link',
      output: { executionResult: { errorDetails: { message: 'not today' } } },
    });
  });

  it('C14 does not decide without the nonce of its page', async () => {
    const waiting = await waitingRun(test, 'no-nonce');

    const response = await decide(waiting.link, 'Approved', '', {});

    expect(response.status).toBe(403);
    expect(await answer(waiting, 'Approved')).toBe('taken');
  });
});

describe('an approval', () => {
  it('C16 takes one of 200 answers that come at once', async () => {
    const waiting = await waitingRun(test, 'two-hundred');

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        answer(waiting, index % 3 === 0 ? 'Rejected' : 'Approved', `answer ${index}`),
      ),
    );

    expect(answers.filter((each) => each === 'taken')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['taken', 'ApprovalAlreadyCompletedException']));
    const won = answers.indexOf('taken') % 3 === 0 ? 'Failed' : 'Succeeded';
    expect(await endOf(test.client, waiting.pipeline, waiting.run)).toBe(won);
  });

  it('can be answered at its last millisecond, seven days later', async () => {
    const waiting = await waitingRun(test, 'last-millisecond');
    const expires = Number(new URL(waiting.link).searchParams.get('expires'));
    clock.standAt(expires - 1);

    const answered = await answer(waiting, 'Approved');
    clock.go();

    expect(answered).toBe('taken');
    expect(await endOf(test.client, waiting.pipeline, waiting.run)).toBe('Succeeded');
  });

  it('expires after seven days, and is answered no more', async () => {
    const waiting = await waitingRun(test, 'seven-days');
    const expires = Number(new URL(waiting.link).searchParams.get('expires'));
    expect(Math.abs(expires - clock.now() - 7 * day)).toBeLessThan(60_000);
    clock.standAt(expires);

    const answered = await answer(waiting, 'Approved');
    clock.go();

    // The sweeper's minute may come before the answer.
    expect(['InvalidApprovalTokenException', 'ApprovalAlreadyCompletedException']).toContain(answered);
    expect(await endOf(test.client, waiting.pipeline, waiting.run)).toBe('Failed');
    expect(await answer(waiting, 'Approved')).toBe('ApprovalAlreadyCompletedException');
  });

  it('expires by the clock alone, when nobody answers', async () => {
    const waiting = await waitingRun(test, 'nobody', 5);

    clock.turn(6 * 60_000 + 1000);

    expect(await endOf(test.client, waiting.pipeline, waiting.run)).toBe('Failed');
    const { actionExecutionDetails = [] } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName: waiting.pipeline }),
    );
    const review = actionExecutionDetails.find(({ actionName }) => actionName === 'Review');
    expect(review?.output?.executionResult?.errorDetails).toEqual({
      code: 'JobFailed',
      message: 'Action timed out after 5 minutes',
    });
  });
});
