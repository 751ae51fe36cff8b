import { readRun } from '../../aws/run-record.ts';
import { executionNotFound } from '../../domain/not-found.ts';
import { type ExecutionFilter, runWanted } from '../execution-filter.ts';
import { findPipeline } from '../find-pipeline.ts';
import type { Operation } from '../operation.ts';
import { readToken } from '../paging.ts';

interface Input {
  readonly pipelineName: string;
  readonly filter?: ExecutionFilter;
  readonly nextToken?: string;
}

/** ListRuleExecutions: none, as definitions with conditions are refused and no rule ever runs. */
export const listRuleExecutions: Operation<Input> = async (input, given) => {
  const { id } = await findPipeline(input.pipelineName, given);
  const { run } = runWanted(input.filter);
  if (run !== undefined && !(await readRun(id, run))) throw executionNotFound(input.pipelineName, run);
  readToken(['ListRuleExecutions', id, run], input.nextToken);
  return { ruleExecutionDetails: [] };
};
