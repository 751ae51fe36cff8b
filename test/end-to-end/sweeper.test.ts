import { ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { afterEach, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { makeConnection, makeSample, sampleName } from '../../local/sample/sample.ts';
import { approvalLinks, decide, openLink } from '../../scripts/walk/reviewer.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { startChangedStack } from './changed-template.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

it('carries a run to its end when stream, build events and wake-ups are lost', { timeout: 300_000 }, async () => {
  const clock = new TurnableClock();
  const { client, stack, close } = await startChangedStack(
    {
      'StartingPosition: TRIM_HORIZON': 'StartingPosition: TRIM_HORIZON\n      Enabled: false',
      'source: [aws.codebuild]': 'source: [aws.nobody]',
      // The API may neither start an execution nor wake one: as if it died before it did.
      'STATE_MACHINE: !Ref PipelineRun\n          API_URL: !GetAtt Api.ApiEndpoint\n          GIT_FUNCTION':
        'STATE_MACHINE: arn:aws:states:us-east-1:000000000000:stateMachine:gone\n          API_URL: !GetAtt Api.ApiEndpoint\n          GIT_FUNCTION',
    },
    { clock },
  );
  undo.push(close);
  await makeConnection(stack);
  await makeSample(stack).catch((error: Error) => expect(error.name).toBe('InternalFailure'));
  const minutes = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> =>
    waitFor(
      what,
      async () => {
        clock.turn(60_000);
        await new Promise((resolve) => setTimeout(resolve, 400));
        return ask();
      },
      120,
    );

  const link = await minutes('the mail of the approval', async () => (await approvalLinks(stack.endpoint))[0]);
  await decide(link, 'Approved', 'swept', (await openLink(link)).fields);
  const run = await minutes('the end of the run', async () => {
    const { pipelineExecutionSummaries: [first] = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: sampleName }),
    );
    return first?.status === 'InProgress' ? undefined : first;
  });

  expect(run.status).toBe('Succeeded');
});
