import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
});
afterAll(() => test?.close());

async function runOf(name: string, stages: StageDeclaration[]): Promise<{ status: string; actions: number }> {
  const { client, stack } = test;
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, [noOpSourceStage, ...stages]) }));
  const { pipelineExecutionSummaries: [run] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const pipelineExecutionId = run?.pipelineExecutionId ?? '';
  const status = await endOf(client, name, pipelineExecutionId, 500);
  let actions = 0;
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListActionExecutionsCommand({
        pipelineName: name,
        filter: { pipelineExecutionId },
        ...(nextToken ? { nextToken } : {}),
      }),
    );
    actions += page.actionExecutionDetails?.filter((action) => action.status === 'Succeeded').length ?? 0;
    nextToken = page.nextToken;
  } while (nextToken);
  return { status, actions };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('carries a run through 50 stages', async () => {
  const stages = numbers(49).map((stage) => ({ name: `Stage${stage}`, actions: [noOpAction('Do')] }));

  expect(await runOf('fifty-stages', stages)).toEqual({ status: 'Succeeded', actions: 50 });
});

it('runs 50 actions of a stage beside one another', async () => {
  const actions = numbers(50).map((action) => noOpAction(`Do${action}`));

  expect(await runOf('fifty-actions', [{ name: 'Wide', actions }])).toEqual({ status: 'Succeeded', actions: 51 });
});

it('carries a run through 1,000 actions, one after the other', { timeout: 600_000 }, async () => {
  const stages = numbers(20).map((stage) => ({
    name: `Stage${stage}`,
    actions: numbers(stage === 20 ? 49 : 50).map((order) => noOpAction(`Do${order}`, order)),
  }));

  expect(await runOf('thousand-actions', stages)).toEqual({ status: 'Succeeded', actions: 1000 });
});

it('ends a run whose action fails, when the siblings of the action are done', async () => {
  const actions = [noOpAction('Good'), noOpAction('Bad', 1, { Fail: 'It is broken.' }), noOpAction('Later', 2)];

  expect(await runOf('failing', [{ name: 'Mixed', actions }])).toEqual({ status: 'Failed', actions: 2 });
});
