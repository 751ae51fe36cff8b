import { CreatePipelineCommand, DeletePipelineCommand, type StageDeclaration } from '@aws-sdk/client-codepipeline';
import { declare, type TestStack } from '../test/end-to-end/stack.ts';
import { noOpAction, noOpSourceStage } from '../test/no-op/build.ts';
import type { Ends } from './ends.ts';

/** A stack, and who tells of ends of its runs. */
export interface BenchStack extends TestStack {
  readonly ends: Ends;
}

/** Stages of no-ops: as many as numbers are given, each with so many actions one after the other. */
export function stagesOf(...actions: readonly number[]): StageDeclaration[] {
  const stage = (count: number, index: number) => ({
    name: `Stage${index}`,
    actions: Array.from({ length: count }, (_, order) => noOpAction(`Do${order}`, order + 1)),
  });
  return [noOpSourceStage, ...actions.map(stage)];
}

/** Makes a pipeline, waits until it is told that the first run has succeeded, and answers the run's id. */
export async function runOnce(
  { client, stack, ends }: BenchStack,
  name: string,
  stages: StageDeclaration[],
): Promise<string> {
  const end = ends.next(name);
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, stages) }));
  const { run, state } = await end;
  if (state !== 'SUCCEEDED') throw new Error(`The run of ${name} ended as ${state}.`);
  return run;
}

export async function remove({ client }: BenchStack, name: string): Promise<void> {
  await client.send(new DeletePipelineCommand({ name }));
}
