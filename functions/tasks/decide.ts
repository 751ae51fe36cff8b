import { loadDefinition } from '../aws/definitions.ts';
import { sendToken } from '../aws/machine.ts';
import { untilUnchanged } from '../aws/table.ts';
import { carrier } from '../domain/action-types.ts';
import { type Decision, decide } from '../domain/decide.ts';
import { answerOf } from '../domain/on-failure.ts';
import type { TaskToken } from '../domain/order.ts';
import { executionNumber } from '../domain/run.ts';
import { commit, readPlace, readStep, wake } from '../engine/commit.ts';
import { recover } from '../engine/recover.ts';
import type { Given } from '../lambda/given.ts';
import { task } from '../lambda/task.ts';

/** What the state machine hands to Decide. */
export interface DecideInput {
  /** `<pipeline id>/<run id>`. */
  readonly run: string;
  /** The execution's name. */
  readonly execution: string;
  readonly entry: number;
  readonly invocation: number;
  readonly token: string;
}

/** Decide: what does the run do next? Answers the machine's token, or keeps it until the run may go on. */
export const handler = task(
  'Decide',
  ({ run, execution, entry, invocation }: DecideInput) => ({ run, execution, entry, invocation }),
  async (input, given) => {
    const { execution } = executionNumber(input.execution);
    const token: TaskToken = {
      value: input.token,
      order: { execution, entry: input.entry, invocation: input.invocation },
    };
    const decision = await untilUnchanged(() => act(input.run, token, given));
    if ('change' in decision) await wake(decision.change);
    await answer(decision, input.token);
  },
);

async function act(id: string, token: TaskToken, given: Given): Promise<Decision> {
  const [pipelineId = '', runId = ''] = id.split('/');
  const { run: found, pipeline: record } = await readPlace(pipelineId, runId);
  const definition = await loadDefinition(pipelineId, found.run.version);
  const step = await readStep(found.run, definition);
  const situation = { run: found.run, pipeline: record.pipeline, definition, step: step.map(({ action }) => action) };
  const { now, newId } = given;
  const decided = decide(situation, token, { now, newId, typeOf: carrier });
  const decision = decided.answer === 'Close' ? answerOf(await recover(situation, decided.change, given)) : decided;
  if ('change' in decision) await commit(decision.change, { run: found.rev, pipeline: record.rev, step });
  return decision;
}

async function answer(decision: Decision, token: string): Promise<void> {
  switch (decision.answer) {
    case 'Stale':
    case 'Wait':
      return;
    case 'Over':
    case 'Close':
      return sendToken(token, { next: 'Close' });
    case 'Continue':
      return sendToken(token, { next: 'Continue', name: decision.name });
    case 'Run': {
      const [only, ...more] = decision.work;
      return sendToken(
        token,
        only && more.length === 0
          ? { next: 'Run', ...only }
          : { next: 'RunAll', actions: decision.work, atOnce: decision.atOnce },
      );
    }
  }
}
