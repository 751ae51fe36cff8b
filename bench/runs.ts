import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  ListPipelineExecutionsCommand,
  type StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { declare, endOf, type TestStack } from '../test/end-to-end/stack.ts';
import { noOpAction, noOpSourceStage } from '../test/no-op/build.ts';

/** Stages of no-ops: as many as numbers are given, each with so many actions one after the other. */
export function stagesOf(...actions: readonly number[]): StageDeclaration[] {
  const stage = (count: number, index: number) => ({
    name: `Stage${index}`,
    actions: Array.from({ length: count }, (_, order) => noOpAction(`Do${order}`, order + 1)),
  });
  return [noOpSourceStage, ...actions.map(stage)];
}

/** Makes a pipeline, waits until its first run has succeeded, and answers the run's id. */
export async function runOnce({ client, stack }: TestStack, name: string, stages: StageDeclaration[]): Promise<string> {
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, stages) }));
  const { pipelineExecutionSummaries: [run] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const id = run?.pipelineExecutionId ?? '';
  const status = await endOf(client, name, id, 600);
  if (status !== 'Succeeded') throw new Error(`The run of ${name} ended as ${status}.`);
  return id;
}

export async function remove({ client }: TestStack, name: string): Promise<void> {
  await client.send(new DeletePipelineCommand({ name }));
}
