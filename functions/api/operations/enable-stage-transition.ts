import { putPipeline } from '../../aws/pipeline-record.ts';
import { endWaitingRun, enterRun } from '../../aws/run-record.ts';
import { untilUnchanged, write } from '../../aws/table.ts';
import { enable } from '../../domain/pipeline.ts';
import { wakeRun } from '../../engine/commit.ts';
import { findTransition, type Transition } from '../change-transition.ts';
import type { Operation } from '../operation.ts';

/** EnableStageTransition: the run that waits enters, unless the transition was disabled for more than 30 days. Enabling twice changes nothing. */
export const enableStageTransition: Operation<Transition> = async (input, given) => {
  const moved = await untilUnchanged(async () => {
    const { pipeline, rev, into } = await findTransition(input, given);
    const move = enable(pipeline, into, { by: given.caller, at: given.now });
    if (move.pipeline === pipeline) return [];
    const { entered, cancelled } = move;
    await write([
      putPipeline(move.pipeline, rev),
      ...entered.map((run) => enterRun(pipeline.id, run, given.now)),
      ...cancelled.map((run) => endWaitingRun(pipeline.id, run, 'Cancelled', given.now)),
    ]);
    return [...entered, ...cancelled].map((run) => ({ pipeline: pipeline.id, run }));
  });
  await Promise.all(moved.map(({ pipeline, run }) => wakeRun(pipeline, run)));
  return undefined;
};
