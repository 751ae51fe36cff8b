import { loadDefinition } from '../aws/definitions.ts';
import { untilUnchanged } from '../aws/table.ts';
import { close } from '../domain/decide.ts';
import type { FinalRunStatus } from '../domain/run.ts';
import { isFinal } from '../domain/run.ts';
import { commit, readPlace, readStep, wake } from './commit.ts';

/**
 * Closes a run from outside its machine: one transaction ends it, abandons its open actions, releases its stage and lets the next
 * in. With `execution`, only while that execution carries the run: a late event of an old one closes nothing. Closing what is
 * over does nothing.
 */
export async function closeRun(
  at: { readonly pipelineId: string; readonly run: string; readonly execution?: number },
  end: { readonly status: FinalRunStatus; readonly summary?: string },
  now: number,
): Promise<void> {
  const change = await untilUnchanged(async () => {
    const { run: record, pipeline } = await readPlace(at.pipelineId, at.run);
    if (isFinal(record.run.status) || (at.execution !== undefined && at.execution !== record.run.execution))
      return undefined;

    const step = await readStep(record.run, await loadDefinition(at.pipelineId, record.run.version));
    const closing = close(
      record.run,
      pipeline.pipeline,
      step.map(({ action }) => action),
      end.status,
      now,
      end.summary,
    );
    await commit(closing, { run: record.rev, pipeline: pipeline.rev, step });
    return closing;
  });
  if (!change) return;
  await wake({ ...change, entered: [...change.entered, change.run.id] });
}
