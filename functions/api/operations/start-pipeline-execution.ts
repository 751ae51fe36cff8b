import { loadDefinition } from '../../aws/definitions.ts';
import type { SourceRevisionOverride } from '../../domain/run.ts';
import { acceptOverrides } from '../../domain/source-override.ts';
import { openRun } from '../../engine/open-run.ts';
import { timeOrderedId } from '../../lambda/given.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly name: string;
  readonly variables?: readonly { readonly name: string; readonly value: string }[];
  readonly clientRequestToken?: string;
  readonly sourceRevisions?: readonly SourceRevisionOverride[];
}

/** StartPipelineExecution: opens a run. The same clientRequestToken within a day answers with the first run. */
export const startPipelineExecution: Operation<Input> = async (input, given) => {
  const { id, version } = await findPipeline(input.name, given);
  const sourceOverrides = acceptOverrides(await loadDefinition(id, version), input.sourceRevisions ?? []);
  const start = {
    pipelineName: input.name,
    trigger: { type: 'StartPipelineExecution', detail: given.caller } as const,
    variables: input.variables ?? [],
    sourceOverrides,
    ...(input.clientRequestToken === undefined ? {} : { token: `client ${input.clientRequestToken}` }),
  };
  const run = await openRun(start, { id: timeOrderedId(given.now), now: given.now, account: given.home.account });
  return { pipelineExecutionId: run };
};
