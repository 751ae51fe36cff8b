import { executionNumber } from '../domain/run.ts';
import { closeRun } from '../engine/close-run.ts';
import { task } from '../lambda/task.ts';

/** What the state machine hands over when it cannot go on. */
export interface CloseInput {
  /** `<pipeline id>/<run id>`. */
  readonly run: string;
  /** The execution's name. */
  readonly execution: string;
  readonly error: string;
  readonly cause?: string;
}

/** Close run: the machine could not carry the run on; it ends as Failed, unless another execution carries it by now. */
export const handler = task(
  'Close run',
  ({ run, execution, error }: CloseInput) => ({ run, execution, error }),
  async (input, given) => {
    const [pipelineId = '', run = ''] = input.run.split('/');
    const { execution } = executionNumber(input.execution);
    const summary = `The run could not be carried on: ${input.error}${input.cause ? `: ${input.cause}` : ''}`.slice(
      0,
      2048,
    );
    await closeRun({ pipelineId, run, execution }, { status: 'Failed', summary }, given);
  },
);
