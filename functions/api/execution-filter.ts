import { Refusal } from '../domain/refusal.ts';

/** ActionExecutionFilter and RuleExecutionFilter. */
export interface ExecutionFilter {
  readonly pipelineExecutionId?: string;
  readonly latestInPipelineExecution?: {
    readonly pipelineExecutionId: string;
    readonly startTimeRange: 'Latest' | 'All';
  };
}

/** Which run a filter wants, and whether only the latest attempt at each thing in it. Refuses one that names two runs. */
export function runWanted(filter: ExecutionFilter = {}): {
  readonly run: string | undefined;
  readonly latestOnly: boolean;
} {
  const { pipelineExecutionId, latestInPipelineExecution: latest } = filter;
  if (pipelineExecutionId !== undefined && latest && pipelineExecutionId !== latest.pipelineExecutionId)
    throw new Refusal(
      'ValidationException',
      `The filter names the runs '${pipelineExecutionId}' and '${latest.pipelineExecutionId}'; a listing is of one.`,
    );
  return { run: latest?.pipelineExecutionId ?? pipelineExecutionId, latestOnly: latest?.startTimeRange === 'Latest' };
}
