import { readFileSync } from 'node:fs';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeFunction, type Served, serve } from './serving.ts';

const asl = readFileSync(new URL('../../../statemachines/pipeline-run.asl.json', import.meta.url), 'utf8')
  .replaceAll('${Partition}', 'aws')
  .replace(/\$\{([A-Za-z0-9]+)\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1');

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

interface Payload {
  readonly token: string;
  readonly id?: string;
  readonly entry: number;
  readonly invocation: number;
}

async function start(functions: Readonly<Record<string, FakeFunction>>): Promise<{ stack: Served; arn: string }> {
  const stack = await serve(functions);
  served = stack;
  const { ref } = (await stack.service.resources['AWS::StepFunctions::StateMachine']?.({
    logicalId: 'M',
    name: 'm',
    type: '',
    properties: { DefinitionString: asl, RoleArn: 'r' },
  })) ?? { ref: '' };
  const { executionArn = '' } = await stack.client.send(
    new StartExecutionCommand({ stateMachineArn: ref, name: 'one', input: '{"run":"p/r"}' }),
  );
  return { stack, arn: executionArn };
}

async function ended(stack: Served, arn: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const { status = '' } = await stack.client.send(new DescribeExecutionCommand({ executionArn: arn }));
    if (status !== 'RUNNING') return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The execution goes on and on.');
}

async function historyOf(stack: Served, arn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await stack.client.send(
      new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000, ...(nextToken ? { nextToken } : {}) }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return events;
}

describe('the machine of a pipeline run', () => {
  it('decides, runs one action, decides again and closes', async () => {
    const asked: Payload[] = [];
    const answers = [{ next: 'Run', id: 'a', class: 's3', timeoutSeconds: 60 }, { next: 'Close' }];
    const answer = async (token: string, output: object) =>
      void (await served?.client.send(
        new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }),
      ));

    const { stack, arn } = await start({
      DecideFunction: async (payload) => {
        asked.push(payload as unknown as Payload);
        await answer(String(payload['token']), answers.shift() ?? {});
      },
      S3Function: (payload) => answer(String(payload['token']), {}),
    });

    expect(await ended(stack, arn)).toBe('SUCCEEDED');
    expect(asked.map(({ entry, invocation }) => [entry, invocation])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    const history = await historyOf(stack, arn);
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(
      history
        .filter(({ type }) => type?.endsWith('StateEntered'))
        .map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name),
    ).toEqual(['Begin', 'Decide', 'What next?', 'Run action', 'Decide', 'What next?', 'Closed']);
  });

  it('settles an action whose time is over, and its siblings finish', async () => {
    const settled: unknown[] = [];
    const answers: object[] = [
      { next: 'RunAll', actions: ['a', 'b', 'c'].map((id) => ({ id, class: 'git', timeoutSeconds: 7 * 24 * 3600 })) },
      { next: 'Close' },
    ];
    const answer = async (token: unknown, output: object) =>
      void (await served?.client.send(
        new SendTaskSuccessCommand({ taskToken: String(token), output: JSON.stringify(output) }),
      ));
    let waiting = 0;

    const { stack, arn } = await start({
      DecideFunction: (payload) => answer(payload['token'], answers.shift() ?? {}),
      GitFunction: (payload) => {
        waiting++;
        return payload['id'] === 'b' ? null : answer(payload['token'], {});
      },
      SettleActionFunction: (payload) => void settled.push(payload),
    });
    while (waiting < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    stack.clock.turn(7 * 24 * 3600 * 1000 + 1000);

    expect(await ended(stack, arn)).toBe('SUCCEEDED');
    expect(settled).toEqual([{ id: 'b', error: 'States.Timeout', cause: '' }]);
  });

  it('invokes a failing task again with a new token, and a later failure counts no more', async () => {
    const tokens: string[] = [];
    const { stack, arn } = await start({
      DecideFunction: async (payload) => {
        tokens.push(String(payload['token']));
        if (tokens.length < 3) throw new Error('not now');
        await served?.client.send(
          new SendTaskSuccessCommand({ taskToken: String(payload['token']), output: '{"next":"Close"}' }),
        );
        throw new Error('too late to matter');
      },
    });
    for (let tries = 0; tries < 200 && tokens.length < 3; tries++) {
      stack.clock.turn(1000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }

    expect(await ended(stack, arn)).toBe('SUCCEEDED');
    expect(new Set(tokens).size).toBe(3);
    await expect(stack.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' }))).rejects.toThrow(
      /Task Timed Out/,
    );
  });

  it('goes on after a restart without calling again what it knows to have been called', async () => {
    let token = '';
    let calls = 0;
    const { stack, arn } = await start({
      DecideFunction: (payload) => {
        calls++;
        token = String(payload['token']);
      },
    });
    const submitted = async () => (await historyOf(stack, arn)).some(({ type }) => type === 'TaskSubmitted');
    while (!(await submitted())) await new Promise((resolve) => setTimeout(resolve, 5));

    await stack.restart();
    await stack.client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"next":"Close"}' }));

    expect(await ended(stack, arn)).toBe('SUCCEEDED');
    expect(calls).toBe(1);
    expect(stack.events.map(({ detail }) => (detail as { status: string }).status)).toEqual(['RUNNING', 'SUCCEEDED']);
  });
});
