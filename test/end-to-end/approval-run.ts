import {
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { linkFor } from '../../scripts/walk/reviewer.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, type TestStack } from './stack.ts';

/** A run that waits at its approval. */
export interface WaitingRun {
  readonly pipeline: string;
  readonly run: string;
  readonly token: string;
  /** The link of its mail. */
  readonly link: string;
}

/** Makes a pipeline with one approval, and waits until its first run waits there and the mail has come. */
export async function waitingRun(
  { client, stack }: TestStack,
  pipeline: string,
  timeoutInMinutes?: number,
): Promise<WaitingRun> {
  const review = {
    name: 'Review',
    actionTypeId: { category: 'Approval' as const, owner: 'AWS' as const, provider: 'Manual', version: '1' },
    ...(timeoutInMinutes === undefined ? {} : { timeoutInMinutes }),
  };
  const stages = [
    noOpSourceStage,
    { name: 'Approve', actions: [review] },
    { name: 'Deploy', actions: [noOpAction('Do')] },
  ];
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, pipeline, stages) }));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline }),
  );
  const run = first?.pipelineExecutionId ?? '';
  const token = await waitFor('the open approval', async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: pipeline }));
    return stageStates[1]?.actionStates?.[0]?.latestExecution?.token;
  });
  return { pipeline, run, token, link: await linkFor(stack.endpoint, run) };
}
