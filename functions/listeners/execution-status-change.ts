import type { EventBridgeEvent } from 'aws-lambda';
import { executionNumber } from '../domain/run.ts';
import { closeRun } from '../engine/close-run.ts';
import { task } from '../lambda/task.ts';

/** What Step Functions says when an execution ends (Step Functions developer guide, EventBridge). */
interface StatusChange {
  readonly name: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly input: string;
  readonly error?: string | null;
  readonly cause?: string | null;
}

/** Execution status change: an execution that ended other than by its own `Closed` closes its run, if it still carries it. */
export const handler = task(
  'Execution status change',
  ({ detail }: EventBridgeEvent<string, StatusChange>) => ({ execution: detail.name, status: detail.status }),
  async ({ detail }, given) => {
    if (detail.status === 'RUNNING' || detail.status === 'SUCCEEDED') return;
    const { run } = JSON.parse(detail.input) as { run: string };
    const [pipelineId = '', runId = ''] = run.split('/');
    const why = [detail.error, detail.cause].filter(Boolean).join(': ');
    const summary = `The execution that carried the run has ended: ${detail.status}${why ? ` (${why})` : ''}`.slice(
      0,
      2048,
    );
    await closeRun(
      { pipelineId, run: runId, execution: executionNumber(detail.name).execution },
      { status: 'Failed', summary },
      given,
    );
  },
);
