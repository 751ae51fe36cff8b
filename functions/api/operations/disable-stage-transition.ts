import { putPipeline } from '../../aws/pipeline-record.ts';
import { untilUnchanged, write } from '../../aws/table.ts';
import { disable } from '../../domain/pipeline.ts';
import { findTransition, type Transition } from '../change-transition.ts';
import type { Operation } from '../operation.ts';

/** DisableStageTransition: no run enters the stage until the transition is enabled. Runs inside go on. */
export const disableStageTransition: Operation<Transition & { readonly reason: string }> = async (input, given) => {
  await untilUnchanged(async () => {
    const { pipeline, rev, into } = await findTransition(input, given);
    const disabled = disable(pipeline, into, { reason: input.reason, by: given.caller, at: given.now });
    await write([putPipeline(disabled, rev)]);
  });
  return undefined;
};
